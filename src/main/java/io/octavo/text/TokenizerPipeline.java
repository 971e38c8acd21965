package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The stages of a tokenizer, one after the other. Nothing in it changes once it is built.
 *
 * <p>The order of the {@code tokenizers} library: added tokens of the text as it is, normalization
 * of what lies between them, added tokens of the normalized text, words, subwords.
 */
final class TokenizerPipeline implements Tokenizer {
  private static final int[] NONE = {};

  private final AddedTokenFinder inText;
  private final TextNormalizer normalizer;
  private final AddedTokenFinder inNormalizedText;
  private final PreTokenizer preTokenizer;
  private final SubwordModel model;
  private final SpecialTokens specialTokens;
  private final OptionalInt maxTokens;
  private final Map<Integer, String> beyondVocabulary;
  private final int vocabularySize;

  private TokenizerPipeline(
      JsonValue file, SubwordModel model, Map<Integer, String> beyondVocabulary, int bound) {
    this.model = model;
    this.beyondVocabulary = beyondVocabulary;
    this.vocabularySize = bound;
    this.normalizer = TextNormalizer.from(file.get("normalizer"));
    this.preTokenizer = PreTokenizer.from(file.get("pre_tokenizer"));
    IntFunction<@Nullable String> tokens = this::find;
    this.specialTokens = SpecialTokens.from(file.get("post_processor"), tokens);
    this.maxTokens = truncation(file.find("truncation"), specialTokens);
    this.inText = new AddedTokenFinder();
    this.inNormalizedText = new AddedTokenFinder();
  }

  /**
   * Builds a tokenizer from the fields of its file.
   *
   * @param file the file's root, without the model
   * @param model the model
   */
  static TokenizerPipeline from(JsonValue file, SubwordModel model) {
    List<JsonValue> elements = file.get("added_tokens").array();
    Vocabulary vocabulary = model.vocabulary();
    Map<Integer, String> beyond = new HashMap<>();
    Set<String> contents = new HashSet<>();
    int bound = vocabulary.idBound();
    // Every such token has an entry in the file, so no id lies further out than their number.
    int mostBound = bound + elements.size();
    for (JsonValue element : elements) {
      AddedToken token = AddedToken.from(element);
      if (!contents.add(token.content())) {
        throw element.damaged("adds \"" + token.content() + "\" a second time");
      }
      int known = vocabulary.find(token.content());
      boolean contradicts =
          known >= 0
              ? known != token.id()
              : vocabulary.token(token.id()) != null
                  || token.id() >= mostBound
                  || beyond.put(token.id(), token.content()) != null;
      if (contradicts) {
        throw element
            .get("id")
            .damaged(
                "is "
                    + token.id()
                    + (known >= 0
                        ? ", but the vocabulary gives \"" + token.content() + "\" the id " + known
                        : ", which is taken or out of range"));
      }
      bound = Math.max(bound, token.id() + 1);
    }
    TokenizerPipeline pipeline = new TokenizerPipeline(file, model, Map.copyOf(beyond), bound);
    elements.forEach(pipeline::addPattern);
    return pipeline;
  }

  private void addPattern(JsonValue element) {
    AddedToken token = AddedToken.from(element);
    if (!token.normalized()) {
      inText.add(token.content(), token);
      return;
    }
    String pattern = normalizer.normalize(token.content());
    if (pattern.isEmpty() || !inNormalizedText.add(pattern, token)) {
      throw new UnsupportedModelException(
          element.file(),
          element.path()
              + ": an added token of which normalization leaves nothing, or what another one is,"
              + " is not supported");
    }
  }

  private static OptionalInt truncation(@Nullable JsonValue json, SpecialTokens specialTokens) {
    if (json == null) {
      return OptionalInt.empty();
    }
    json.allowOnly("direction", "max_length", "strategy", "stride");
    JsonValue direction = json.find("direction");
    if (direction != null && !direction.string().equals("Right")) {
      throw new UnsupportedModelException(
          json.file(), direction.path() + ": \"" + direction.string() + "\" is not supported");
    }
    String strategy = json.get("strategy").string();
    if (!strategy.equals("LongestFirst") && !strategy.equals("OnlyFirst")) {
      throw new UnsupportedModelException(
          json.file(), json.path() + ".strategy: \"" + strategy + "\" is not supported");
    }
    JsonValue maximum = json.get("max_length");
    if (maximum.integer() < specialTokens.count()) {
      throw maximum.damaged(
          "is "
              + maximum.integer()
              + ", less than the "
              + specialTokens.count()
              + " special tokens");
    }
    return OptionalInt.of(maximum.integer());
  }

  @Override
  public int[] encode(String text, int maxTokens) {
    if (maxTokens < specialTokens.count()) {
      throw new IllegalArgumentException(
          "maxTokens is "
              + maxTokens
              + ", less than the "
              + specialTokens.count()
              + " special tokens");
    }
    return tokens(text, maxTokens - specialTokens.count())
        .surroundedBy(specialTokens.before(), specialTokens.after());
  }

  @Override
  public int[] encodeWithoutSpecialTokens(String text) {
    return tokens(text, Integer.MAX_VALUE).surroundedBy(NONE, NONE);
  }

  private TokenIds tokens(String text, int limit) {
    TokenIds ids = new TokenIds(limit);
    Utf8 scratch = new Utf8();
    PreTokenizer.WordConsumer words =
        (part, start, end) -> {
          if (!ids.isFull()) {
            model.tokenize(part, start, end, scratch, ids);
          }
        };
    inText.split(
        text,
        ids::add,
        (part, start, end) -> {
          if (!ids.isFull()) {
            inNormalizedText.split(
                normalizer.normalize(part.substring(start, end)),
                ids::add,
                (rest, from, to) -> preTokenizer.split(rest, from, to, words));
          }
        });
    return ids;
  }

  @Override
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public OptionalInt maxTokens() {
    return maxTokens;
  }

  @Override
  public String token(int id) {
    String token = find(id);
    if (token == null) {
      throw new IllegalArgumentException(
          "no token has the id " + id + "; ids are 0 to " + (vocabularySize - 1));
    }
    return token;
  }

  private @Nullable String find(int id) {
    String token = model.vocabulary().token(id);
    return token == null ? beyondVocabulary.get(id) : token;
  }
}
