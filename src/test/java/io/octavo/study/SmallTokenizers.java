package io.octavo.study;

import io.octavo.error.UnsupportedModelException;
import io.octavo.text.TokenizerFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The kinds of {@code tokenizer.json}, each read from a file with the least in it. */
final class SmallTokenizers {
  private SmallTokenizers() {}

  static String table() {
    List<List<String>> rows = new ArrayList<>();
    row(
        rows,
        "WordPiece",
        "BERT, DistilBERT, MPNet",
        """
        {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
         "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1, "##b": 2}}
        """,
        "text.WordPieceTest.takesTheLongestTokenFirst",
        "text.MiniLmTokenizerTest.agreesOnEveryLineOfARealText");
    row(
        rows,
        "BPE",
        "RoBERTa",
        """
        {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
         "end_of_word_suffix": null, "fuse_unk": false, "vocab": {"a": 0, "b": 1, "ab": 2},
         "merges": ["a b"]}
        """,
        "text.BytePairOracleTest.agreesOnEveryLineOfARealText",
        "text.PairOracleTest.agreesWholeAndCut");
    row(
        rows,
        "Unigram",
        "XLM-RoBERTa, CamemBERT",
        """
        {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1.0], ["b", -2.0]]}
        """,
        "text.UnigramOracleTest.agreesAsXlmRobertaIs",
        "text.UnigramOracleTest.agreesAsXlmRobertaWas");
    row(
        rows,
        "WordLevel",
        "",
        """
        {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}
        """,
        "text.TokenizerFileTest.unsupported");
    return Markdown.textTable(
        List.of("`tokenizer.json` of type", "as models have it of", "read", "test"), rows);
  }

  private static void row(
      List<List<String>> rows, String type, String families, String model, String... tests) {
    rows.add(List.of(type, families, verdict(model), Probe.tests(tests)));
  }

  private static String verdict(String model) {
    String json =
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null,
         "model": %s}
        """
            .formatted(model);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    try {
      int[] ids =
          TokenizerFile.read("tokenizer.json", new ByteArrayInputStream(bytes)).encode("ab");
      if (ids.length == 0) {
        throw new IllegalStateException("No tokens by " + json);
      }
      return Probe.YES;
    } catch (UnsupportedModelException exception) {
      return Probe.NO;
    }
  }
}
