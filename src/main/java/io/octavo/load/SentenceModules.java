package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.model.PoolingPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What sentence-transformers does around a transformer, as its files say it: {@code modules.json},
 * the {@code config.json} of each module's folder, {@code sentence_bert_config.json} and {@code
 * config_sentence_transformers.json}, in the forms of its versions 2 to 5. What would change
 * vectors and is not served is refused by name.
 *
 * @param transformerPath the folder of the transformer's {@code config.json}, weights and tokenizer
 *     in the model's folder, empty for that folder itself; see {@link #transformerFile}
 * @param maxTokens where texts are cut, special tokens included
 * @param lowerCase whether texts are put into lower case before they are tokenized
 * @param pooling how token outputs become one vector
 * @param steps what becomes of that vector, in this order; their shapes fit one another
 * @param prompts texts to put before a text, by name
 * @param defaultPrompt the name of the prompt that is used unless told otherwise
 * @param similarity how the library compares the vectors: {@code cosine}, {@code dot}, {@code
 *     euclidean} or {@code manhattan}; vectors do not depend on it
 * @param ignored what was read over, for {@code ModelReport}
 */
public record SentenceModules(
    String transformerPath,
    OptionalInt maxTokens,
    boolean lowerCase,
    PoolingPlan pooling,
    List<SentenceStep> steps,
    Map<String, String> prompts,
    @Nullable String defaultPrompt,
    @Nullable String similarity,
    List<String> ignored) {

  /** Copies the collections. */
  public SentenceModules {
    steps = List.copyOf(steps);
    prompts = Collections.unmodifiableMap(new LinkedHashMap<>(prompts));
    ignored = List.copyOf(ignored);
  }

  /**
   * Reads the files.
   *
   * @return null if there is no {@code modules.json}
   * @throws CheckpointException if a file is absent, damaged or contradicts another
   * @throws UnsupportedModelException if a module or a setting is not served
   */
  public static @Nullable SentenceModules read(ModelSource source) {
    if (!source.has(SentenceModule.FILE)) {
      return null;
    }
    SentenceSettings settings = SentenceSettings.read(source);
    settings.expectSentenceTransformer(source);
    List<SentenceModule> modules = SentenceModule.readAll(source);
    SentenceModule first = modules.getFirst();
    if (!first.isTransformer()) {
      throw first.unsupported("as the first; a Transformer is");
    }
    if (modules.size() == 1) {
      throw new UnsupportedModelException(
          source.place(SentenceModule.FILE), "a model without a Pooling module is not supported");
    }
    if (!modules.get(1).kind().equals("Pooling")) {
      throw modules.get(1).unsupported("between a Transformer and its Pooling");
    }
    PoolingPlan pooling = SentencePoolingFile.read(source, modules.get(1));
    SentenceTransformerFile transformer =
        SentenceTransformerFile.read(source, first, SentenceTransformerFile.Task.FEATURES);
    List<String> ignored = new ArrayList<>(settings.ignored());
    List<SentenceStep> steps = new ArrayList<>();
    int width = pooling.outputs();
    for (SentenceModule module : modules.subList(2, modules.size())) {
      SentenceStep step = SentenceStepFile.read(source, module, width);
      if (step == null) {
        ignored.add(SentenceModule.FILE + ": " + module.type());
      } else {
        steps.add(step);
        width = step.outputs();
      }
    }
    if (settings.truncation().orElse(width) < width) {
      steps.add(new SentenceStep.Truncate(settings.truncation().getAsInt()));
    }
    return new SentenceModules(
        first.path(),
        transformer.maxTokens(),
        transformer.lowerCase(),
        pooling,
        steps,
        settings.prompts(),
        settings.defaultPrompt(),
        settings.similarity(),
        ignored);
  }

  /** Features of the model's vectors. */
  public int outputs() {
    return steps.isEmpty() ? pooling.outputs() : steps.getLast().outputs();
  }

  /** A file of the transformer's folder, for {@link ModelSource}. */
  public String transformerFile(String name) {
    return transformerPath.isEmpty() ? name : transformerPath + "/" + name;
  }
}
