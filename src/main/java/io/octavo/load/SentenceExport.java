package io.octavo.load;

import io.octavo.json.JsonOutput;
import io.octavo.model.PoolingPlan;
import io.octavo.model.SentenceHead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds the encoder of a sentence-embedding model, as sentence-transformers' files say it:
 * what {@link SentenceModules} reads.
 *
 * @param maxTokens where texts are cut, special tokens included
 * @param lowerCase whether texts are put into lower case before they are tokenized
 * @param pooling how token outputs become one vector
 * @param head what becomes of that vector
 * @param prompts texts to put before a text, by name
 * @param defaultPrompt the name of the prompt that is used unless told otherwise
 * @param similarity how the library compares the vectors
 */
public record SentenceExport(
    int maxTokens,
    boolean lowerCase,
    PoolingPlan pooling,
    SentenceHead head,
    Map<String, String> prompts,
    @Nullable String defaultPrompt,
    @Nullable String similarity)
    implements ExportPart {

  /** The names under which every version of the library knows its modules. */
  private static final String PACKAGE = "sentence_transformers.models.";

  /** Keeps an immutable copy of the prompts, in their order. */
  public SentenceExport {
    prompts = Collections.unmodifiableMap(new LinkedHashMap<>(prompts));
  }

  /**
   * Refuses what these files cannot say.
   *
   * @throws IllegalStateException if vectors are shortened before the last step
   */
  void requireWritable() {
    List<SentenceHead.Step> steps = head.steps();
    for (SentenceHead.Step step : steps.subList(0, Math.max(0, steps.size() - 1))) {
      if (step instanceof SentenceHead.Truncate) {
        throw new IllegalStateException(
            "This model's vectors are shortened and then scaled to length 1, in an order that"
                + " sentence-transformers' files cannot state; load it without"
                + " withNormalization(true) to export it");
      }
    }
  }

  /** Writes the files; the transformer lies in the folder itself. */
  void write(NewFolder target) throws IOException {
    List<Object> modules = new ArrayList<>();
    add(modules, "Transformer", "");
    add(modules, "Pooling", "1_Pooling");
    target.write("1_Pooling/config.json", SentencePoolingFile.bytes(pooling));
    int width = pooling.outputs();
    Map<String, @Nullable Object> settings = settings();
    for (SentenceHead.Step step : head.steps()) {
      switch (step) {
        case SentenceHead.Dense dense -> {
          String path = add(modules, "Dense");
          target.write(path + "/config.json", SentenceStepFile.bytes(dense));
          ExportedTensors tensors = new ExportedTensors();
          tensors.linear("linear", dense.linear());
          tensors.write(target, path + "/" + SafetensorsCheckpoint.FILE);
          width = dense.linear().outputs();
        }
        case SentenceHead.Norm norm -> {
          String path = add(modules, "LayerNorm");
          target.write(path + "/config.json", JsonOutput.bytes(Map.of("dimension", width)));
          ExportedTensors tensors = new ExportedTensors();
          tensors.norm("norm", norm.norm());
          tensors.write(target, path + "/" + SafetensorsCheckpoint.FILE);
        }
        case SentenceHead.Normalize ignored -> add(modules, "Normalize");
        case SentenceHead.Truncate truncate -> settings.put("truncate_dim", truncate.features());
      }
    }
    target.write(SentenceModule.FILE, JsonOutput.bytes(modules));
    target.write(SentenceSettings.FILE, JsonOutput.bytes(settings));
    Map<String, Object> transformer = new LinkedHashMap<>();
    transformer.put("max_seq_length", maxTokens);
    transformer.put("do_lower_case", lowerCase);
    target.write("sentence_bert_config.json", JsonOutput.bytes(transformer));
  }

  private Map<String, @Nullable Object> settings() {
    Map<String, @Nullable Object> settings = new LinkedHashMap<>();
    settings.put("prompts", prompts);
    settings.put("default_prompt_name", defaultPrompt);
    settings.put("similarity_fn_name", similarity);
    return settings;
  }

  private static String add(List<Object> modules, String kind) {
    return add(modules, kind, modules.size() + "_" + kind);
  }

  private static String add(List<Object> modules, String kind, String path) {
    Map<String, Object> module = new LinkedHashMap<>();
    module.put("idx", modules.size());
    module.put("name", String.valueOf(modules.size()));
    module.put("path", path);
    module.put("type", PACKAGE + kind);
    modules.add(module);
    return path;
  }
}
