package io.octavo.text;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes tokenizers of GGUF's vocabularies: the stages that a {@code tokenizer.json} of the same
 * model names, and the same classes behind them.
 */
public final class GgmlTokenizer {
  private static final String SPACE = "\u2581";
  private static final String CONTINUING = "##";
  private static final int LONGEST_WORD = 100;

  /** Eight times the largest vocabularies; beyond, arrays would outgrow the file. */
  private static final int MOST_TOKENS = 1 << 21;

  /** Several times what any model has. */
  private static final int MOST_ADDED = 1 << 15;

  private static final int MOST_ADDED_CHARACTERS = 1 << 20;
  private static final Map<String, Object> SPACES =
      Map.of("type", "Replace", "pattern", Map.of("String", " "), "content", SPACE);

  private final GgmlVocabulary vocabulary;
  private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

  private GgmlTokenizer(GgmlVocabulary vocabulary) {
    this.vocabulary = vocabulary;
    fields.put("version", "1.0");
    fields.put("normalizer", null);
    fields.put("pre_tokenizer", null);
  }

  /**
   * A tokenizer, safe for any number of threads.
   *
   * @throws CheckpointException if the vocabulary contradicts itself
   * @throws UnsupportedModelException if it is of a kind that is not served
   */
  public static Tokenizer of(GgmlVocabulary vocabulary) {
    return new GgmlTokenizer(vocabulary).build();
  }

  private Tokenizer build() {
    int count = vocabulary.tokens().size();
    if (count > MOST_TOKENS) {
      throw tooMany("more than " + MOST_TOKENS + " tokens");
    }
    require(vocabulary.types().length == 0 || vocabulary.types().length == count, "token_type");
    require(vocabulary.scores().length == 0 || vocabulary.scores().length == count, "scores");
    return switch (vocabulary.model()) {
      case "llama" -> sentencePieceBytePairs();
      case "gpt2" -> byteLevelBytePairs();
      case "bert" -> wordPiece();
      case "t5" -> unigram();
      default ->
          throw new UnsupportedModelException(
              vocabulary.file(),
              "metadata tokenizer.ggml.model: \""
                  + vocabulary.model()
                  + "\" is not supported; llama, gpt2, bert and t5 are");
    };
  }

  private UnsupportedModelException tooMany(String what) {
    return new UnsupportedModelException(
        vocabulary.file(),
        "metadata " + GgmlVocabulary.FIELDS + "tokens: " + what + " are not supported");
  }

  private void require(boolean sound, String field) {
    if (!sound) {
      throw damaged(field, "should hold a number for each of " + vocabulary.tokens().size());
    }
  }

  private CheckpointException damaged(String field, String problem) {
    return new CheckpointException(
        vocabulary.file(), "metadata " + GgmlVocabulary.FIELDS + field, problem);
  }

  private Tokenizer sentencePieceBytePairs() {
    boolean prefix = vocabulary.flag("add_space_prefix", true);
    List<Object> normalizers = new ArrayList<>();
    if (prefix) {
      normalizers.add(Map.of("type", "Prepend", "prepend", SPACE));
    }
    normalizers.add(SPACES);
    fields.put("normalizer", Map.of("type", "Sequence", "normalizers", normalizers));
    List<Object> decoders = new ArrayList<>();
    decoders.add(Map.of("type", "Replace", "pattern", Map.of("String", SPACE), "content", " "));
    decoders.add(Map.of("type", "ByteFallback"));
    decoders.add(Map.of("type", "Fuse"));
    if (prefix) {
      decoders.add(Map.of("type", "Strip", "content", " ", "start", 1, "stop", 0));
    }
    fields.put("decoder", Map.of("type", "Sequence", "decoders", decoders));
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    model.put("byte_fallback", true);
    model.put("fuse_unk", true);
    vocabulary.id("unknown_token_id").ifPresent(id -> model.put("unk_token", token(id)));
    fields.put("model", model);
    surround(
        vocabulary.flag("add_bos_token", true) ? begin("bos_token_id") : OptionalInt.empty(),
        vocabulary.flag("add_eos_token", false) ? begin("eos_token_id") : OptionalInt.empty());
    Vocabulary tokens = tokens();
    boolean[] made = new boolean[vocabulary.tokens().size()];
    for (int id = 0; id < made.length; id++) {
      int type = vocabulary.type(id);
      made[id] =
          type != GgmlVocabulary.UNKNOWN
              && type != GgmlVocabulary.CONTROL
              && type != GgmlVocabulary.BYTE;
    }
    ScoredMerges merges = ScoredMerges.of(tokens, scores(), made);
    return finish(json -> BytePairEncoding.from(json, tokens, merges));
  }

  private Tokenizer byteLevelBytePairs() {
    GgmlPreTokenizer pre = GgmlPreTokenizer.of(vocabulary.file(), vocabulary.pre());
    if (pre.composes()) {
      fields.put("normalizer", Map.of("type", "NFC"));
    }
    fields.put("pre_tokenizer", pre.json());
    fields.put("decoder", Map.of("type", "ByteLevel"));
    fields.put("model", Map.of("type", "BPE", "ignore_merges", pre.ignoresMerges()));
    surround(
        vocabulary.flag("add_bos_token", pre.begins())
            ? begin("bos_token_id")
            : OptionalInt.empty(),
        vocabulary.flag("add_eos_token", false) ? begin("eos_token_id") : OptionalInt.empty());
    Merges.Builder merges =
        new Merges.Builder(vocabulary.file(), "metadata " + GgmlVocabulary.FIELDS + "merges");
    vocabulary.merges().forEach(merges::add);
    Vocabulary tokens = tokens();
    return finish(json -> BytePairEncoding.from(json, tokens, merges));
  }

  /** BERT's words, which GGUF writes with a space in front of what continues none. */
  private Tokenizer wordPiece() {
    Vocabulary.Builder builder = builder();
    boolean lower = true;
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      String token = token(id);
      if (isWord(id, token)) {
        lower &= token.toLowerCase(Locale.ROOT).equals(token) || !isLatin(token);
        token = token.startsWith(SPACE) ? token.substring(1) : CONTINUING + token;
      }
      builder.add(token, id);
    }
    fields.put(
        "normalizer",
        Map.of(
            "type",
            "BertNormalizer",
            "clean_text",
            true,
            "handle_chinese_chars",
            true,
            "strip_accents",
            lower,
            "lowercase",
            lower));
    fields.put("pre_tokenizer", Map.of("type", "BertPreTokenizer"));
    fields.put("decoder", Map.of("type", "WordPiece", "prefix", CONTINUING, "cleanup", true));
    fields.put(
        "model",
        Map.of(
            "type",
            "WordPiece",
            "unk_token",
            token(begin("unknown_token_id").orElseThrow()),
            "continuing_subword_prefix",
            CONTINUING,
            "max_input_chars_per_word",
            LONGEST_WORD));
    surround(begin("cls_token_id", "bos_token_id"), separator());
    Vocabulary tokens = builder.build();
    return finish(json -> WordPiece.from(json, tokens));
  }

  private boolean isWord(int id, String token) {
    boolean bracketed = token.startsWith("[") && token.endsWith("]") && token.length() > 1;
    return vocabulary.type(id) != GgmlVocabulary.CONTROL
        && vocabulary.type(id) != GgmlVocabulary.UNKNOWN
        && !bracketed;
  }

  /** Letters of other scripts, and symbols, can be in upper case in any vocabulary. */
  private static boolean isLatin(String token) {
    return token.chars().anyMatch(unit -> unit >= 'A' && unit <= 'Z');
  }

  private OptionalInt separator() {
    return vocabulary.flag("add_sep_token", true)
        // The second is how the field has been spelled for long.
        ? begin("separator_token_id", "seperator_token_id", "eos_token_id")
        : OptionalInt.empty();
  }

  private Tokenizer unigram() {
    if (vocabulary.characterMap().length > 0) {
      String map = Base64.getEncoder().encodeToString(vocabulary.characterMap());
      fields.put("normalizer", Map.of("type", "Precompiled", "precompiled_charsmap", map));
    }
    boolean prefix = vocabulary.flag("add_space_prefix", true);
    Map<String, Object> spaces =
        Map.of(
            "type",
            "Metaspace",
            "replacement",
            SPACE,
            "prepend_scheme",
            prefix ? "always" : "never",
            "split",
            true);
    boolean collapses = vocabulary.flag("remove_extra_whitespaces", true);
    fields.put(
        "pre_tokenizer",
        collapses
            ? Map.of(
                "type",
                "Sequence",
                "pretokenizers",
                List.of(Map.of("type", "WhitespaceSplit"), spaces))
            : spaces);
    fields.put("decoder", spaces);
    boolean bytes =
        vocabulary.types().length > 0
            && vocabulary.tokens().contains("<0x00>")
            && vocabulary.type(vocabulary.tokens().indexOf("<0x00>")) == GgmlVocabulary.BYTE;
    int unknown = begin("unknown_token_id").orElseThrow();
    fields.put("model", Map.of("type", "Unigram", "unk_id", unknown, "byte_fallback", bytes));
    surround(
        vocabulary.flag("add_bos_token", false) ? begin("bos_token_id") : OptionalInt.empty(),
        vocabulary.flag("add_eos_token", true) ? begin("eos_token_id") : OptionalInt.empty());
    Vocabulary tokens = tokens();
    float[] scores = scores();
    double[] wide = new double[scores.length];
    for (int id = 0; id < wide.length; id++) {
      wide[id] = scores[id];
    }
    return finish(json -> Unigram.from(json, tokens, wide));
  }

  /** The id in the first of some fields that is there; one of them has to be. */
  private OptionalInt begin(String... names) {
    OptionalInt id = vocabulary.id(names);
    if (id.isEmpty()) {
      throw damaged(names[0], "is missing");
    }
    token(id.getAsInt());
    return id;
  }

  private String token(int id) {
    if (id < 0 || id >= vocabulary.tokens().size()) {
      throw damaged(
          "tokens",
          "has no token "
              + id
              + ", which another field names; it has "
              + vocabulary.tokens().size());
    }
    String token = vocabulary.tokens().get(id);
    // As llama.cpp calls those that have no text.
    return token.isEmpty() ? "[EMPTY_" + id + "]" : token;
  }

  private float[] scores() {
    if (vocabulary.scores().length == 0) {
      throw damaged("scores", "is missing");
    }
    for (float score : vocabulary.scores()) {
      if (!Float.isFinite(score)) {
        throw damaged("scores", "holds " + score);
      }
    }
    return vocabulary.scores();
  }

  private Vocabulary.Builder builder() {
    return new Vocabulary.Builder(
        vocabulary.file(), "metadata " + GgmlVocabulary.FIELDS + "tokens");
  }

  private Vocabulary tokens() {
    Vocabulary.Builder builder = builder();
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      builder.add(token(id), id);
    }
    return builder.build();
  }

  /** Special tokens around a text, and around each text of a pair. */
  private void surround(OptionalInt before, OptionalInt after) {
    List<Object> single = new ArrayList<>();
    List<Object> pair = new ArrayList<>();
    Map<String, Object> specials = new LinkedHashMap<>();
    place(before, 0, specials, single, pair);
    single.add(Map.of("Sequence", Map.of("id", "A", "type_id", 0)));
    pair.add(Map.of("Sequence", Map.of("id", "A", "type_id", 0)));
    place(after, 0, specials, single, pair);
    if (!vocabulary.model().equals("bert")) {
      place(before, 1, specials, pair);
    }
    pair.add(Map.of("Sequence", Map.of("id", "B", "type_id", 1)));
    place(after, 1, specials, pair);
    fields.put(
        "post_processor",
        Map.of(
            "type", "TemplateProcessing",
            "single", single,
            "pair", pair,
            "special_tokens", specials));
  }

  @SafeVarargs
  private void place(
      OptionalInt id, int type, Map<String, Object> specials, List<Object>... templates) {
    if (id.isEmpty()) {
      return;
    }
    String name = token(id.getAsInt());
    specials.put(name, Map.of("id", name, "ids", List.of(id.getAsInt()), "tokens", List.of(name)));
    for (List<Object> template : templates) {
      template.add(Map.of("SpecialToken", Map.of("id", name, "type_id", type)));
    }
  }

  private List<Object> added() {
    List<Object> added = new ArrayList<>();
    long characters = 0;
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      int type = vocabulary.type(id);
      boolean special = type == GgmlVocabulary.CONTROL || type == GgmlVocabulary.UNKNOWN;
      if (special || type == GgmlVocabulary.USER_DEFINED) {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("id", id);
        token.put("content", token(id));
        token.put("single_word", false);
        token.put("lstrip", false);
        token.put("rstrip", false);
        token.put("normalized", false);
        token.put("special", special);
        added.add(token);
        characters += token(id).length();
        if (added.size() > MOST_ADDED || characters > MOST_ADDED_CHARACTERS) {
          throw tooMany("so many special tokens, or of so many characters,");
        }
      }
    }
    return added;
  }

  private Tokenizer finish(Function<JsonValue, SubwordModel> model) {
    fields.put("added_tokens", added());
    JsonValue root = JsonValue.of(vocabulary.file(), fields);
    return TokenizerPipeline.from(root, model.apply(root.get("model")));
  }
}
