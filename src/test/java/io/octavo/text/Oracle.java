package io.octavo.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.octavo.testing.NativeLibraries;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;

/** The {@code tokenizers} library, by its own JVM binding: what every id is compared with. */
public final class Oracle implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;

  private Oracle(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Without padding, truncation and special tokens. */
  static Oracle plain(Path file) {
    return build(builder().optAddSpecialTokens(false).optTruncation(false), file);
  }

  /** With special tokens, truncated. */
  public static Oracle truncating(Path file, int maxTokens) {
    return build(
        builder().optAddSpecialTokens(true).optTruncation(true).optMaxLength(maxTokens), file);
  }

  /** The builder's class already loads the library. */
  private static HuggingFaceTokenizer.Builder builder() {
    NativeLibraries.assumeAllowed("The tokenizers library");
    return HuggingFaceTokenizer.builder();
  }

  private static Oracle build(HuggingFaceTokenizer.Builder builder, Path file) {
    try {
      return new Oracle(builder.optPadding(false).optTokenizerPath(file).build());
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  /** The ids of a text. */
  public int[] encode(String text) {
    return ints(tokenizer.encode(text).getIds());
  }

  /** Two texts as one sequence. */
  EncodedPair encode(String first, String second) {
    Encoding encoding = tokenizer.encode(first, second);
    return new EncodedPair(ints(encoding.getIds()), ints(encoding.getTypeIds()));
  }

  /** The text of ids, without special tokens. */
  String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  private static int[] ints(long[] numbers) {
    return Arrays.stream(numbers).mapToInt(Math::toIntExact).toArray();
  }

  /** The code points that the library's older Unicode tables treat differently. */
  static BitSet unknownCodePoints() {
    BitSet unknown = new BitSet();
    try (InputStream stream =
            Objects.requireNonNull(Oracle.class.getResourceAsStream("newer-than-unicode-8.txt"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(
              line -> {
                int dots = line.indexOf("..");
                unknown.set(
                    Integer.parseInt(line.substring(0, dots), 16),
                    Integer.parseInt(line.substring(dots + 2), 16) + 1);
              });
      return unknown;
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
