package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.BitSet;
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
  /** Far more than any file has; each character takes some hundred bytes. */
  private static final int MOST_ADDED = 1 << 20;

  private static final int LONGEST_ADDED = 1 << 12;

  private final AddedTokenFinder inText;
  private final TextNormalizer normalizer;
  private final AddedTokenFinder inNormalizedText;
  private final PreTokenizer preTokenizer;
  private final SubwordModel model;
  private final SpecialTokens specialTokens;
  private final OptionalInt maxTokens;
  private final Map<Integer, String> beyondVocabulary;
  private final BitSet special;
  private final JsonValue decoder;
  private final String file;
  private final int vocabularySize;

  private TokenizerPipeline(
      JsonValue file, SubwordModel model, Map<Integer, String> beyondVocabulary, int bound) {
    this.file = file.file();
    this.model = model;
    this.beyondVocabulary = beyondVocabulary;
    this.special = new BitSet(bound);
    this.decoder = decoder(file);
    this.vocabularySize = bound;
    this.normalizer = TextNormalizer.from(file.get("normalizer"));
    this.preTokenizer = PreTokenizer.from(file.get("pre_tokenizer"));
    if (preTokenizer.asksForBeginning() && normalizer.dropsBeginning()) {
      throw new UnsupportedModelException(
          file.file(),
          "pre_tokenizer: a prepend_scheme \"first\" is not supported with a normalizer that can"
              + " take away what a text begins with");
    }
    IntFunction<@Nullable String> tokens = this::find;
    this.specialTokens = SpecialTokens.from(file.get("post_processor"), tokens);
    this.maxTokens = truncation(file.find("truncation"), specialTokens.single());
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
    special.set(token.id(), token.special());
    if (token.content().length() > LONGEST_ADDED
        || inText.size() + inNormalizedText.size() > MOST_ADDED) {
      throw new UnsupportedModelException(
          element.file(),
          element.path()
              + ": an added token of more than "
              + LONGEST_ADDED
              + " characters, or of more than "
              + MOST_ADDED
              + " in all, is not supported");
    }
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

  private static OptionalInt truncation(@Nullable JsonValue json, Template specialTokens) {
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
    Template template = specialTokens.single();
    return template.fill(tokens(text, room(maxTokens, template))).ids();
  }

  @Override
  public int[] encodeWithoutSpecialTokens(String text) {
    return tokens(text, Integer.MAX_VALUE).toArray();
  }

  @Override
  public EncodedPair encodePair(String first, String second, int maxTokens) {
    if (!specialTokens.servesPairs()) {
      throw new UnsupportedModelException(
          file, "post_processor.pair: does not hold the sequences A and B, once each");
    }
    Template template = specialTokens.pair();
    int room = room(maxTokens, template);
    TokenIds firstTokens = tokens(first, Integer.MAX_VALUE);
    // Enough to see whether they fit, and which of the two is longer.
    int enough = (int) Math.min(Integer.MAX_VALUE, Math.max(room, firstTokens.size()) + 1L);
    TokenIds secondTokens = tokens(second, enough);
    truncate(firstTokens, secondTokens, room);
    return template.fill(firstTokens, secondTokens);
  }

  private static int room(int maxTokens, Template template) {
    if (maxTokens < template.count()) {
      throw new IllegalArgumentException(
          "maxTokens is " + maxTokens + ", less than the " + template.count() + " special tokens");
    }
    return maxTokens - template.count();
  }

  /** Cuts the longer text, down to the length of the other; from there on both. */
  private static void truncate(TokenIds first, TokenIds second, int room) {
    if ((long) first.size() + second.size() <= room) {
      return;
    }
    int shorter = Math.min(first.size(), second.size());
    int longer = room - shorter;
    if (longer < shorter) {
      shorter = room / 2;
      longer = room - shorter;
    }
    boolean firstIsLonger = first.size() > second.size();
    first.shrink(firstIsLonger ? longer : shorter);
    second.shrink(firstIsLonger ? shorter : longer);
  }

  private TokenIds tokens(String text, int limit) {
    TokenIds ids = new TokenIds(limit);
    PreTokenizer.WordConsumer tokens = model.into(ids);
    PreTokenizer.WordConsumer words =
        (part, start, end) -> {
          if (!ids.isFull()) {
            tokens.accept(part, start, end);
          }
        };
    inText.split(
        withoutUnpairedSurrogates(text),
        ids::add,
        (part, start, end) -> {
          if (!ids.isFull()) {
            inNormalizedText.split(
                normalizer.normalize(part.substring(start, end)),
                ids::add,
                (rest, from, to) ->
                    preTokenizer.split(rest, from, to, start == 0 && from == 0, words));
          }
        });
    return ids;
  }

  private static String withoutUnpairedSurrogates(String text) {
    StringBuilder sound = null;
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        sound = sound == null ? new StringBuilder(text) : sound;
        sound.setCharAt(i, '\uFFFD');
      }
      i += Character.charCount(codePoint);
    }
    return sound == null ? text : sound.toString();
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

  @Override
  public OptionalInt id(String token) {
    int known = model.vocabulary().find(token);
    return known >= 0
        ? OptionalInt.of(known)
        : beyondVocabulary.entrySet().stream()
            .filter(entry -> entry.getValue().equals(token))
            .mapToInt(Map.Entry::getKey)
            .findFirst();
  }

  @Override
  public TokenDecoder decoder() {
    return new TokenDecoder(TextDecoding.from(decoder), this::find, special::get);
  }

  /** Read only when it is asked for: most tokenizers of encoders never decode. */
  private static JsonValue decoder(JsonValue file) {
    JsonValue found = file.find("decoder");
    return found == null ? new JsonValue(file.file(), "decoder", null) : found;
  }

  private @Nullable String find(int id) {
    String token = model.vocabulary().token(id);
    return token == null ? beyondVocabulary.get(id) : token;
  }
}
