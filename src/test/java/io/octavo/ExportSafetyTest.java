package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.quantize.Int8Scheme;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.testing.ChildJvm;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export is there as a whole or not at all, and says why it is not. */
class ExportSafetyTest {
  private static final String TEXT = "a word60 is word61";

  private final Path folder;
  private final Path target;
  private final TextEmbedder model;

  ExportSafetyTest(@TempDir Path folder) {
    this.folder = folder;
    this.target = folder.resolve("target");
    this.model = TextEmbedder.load(source("model"), LoadOptions.defaults());
  }

  private static ModelSource source(String name) {
    return ModelSource.ofBytes(name, TinyHuggingFace.of(HuggingFaceFamily.BERT, 1).files());
  }

  @AfterEach
  void close() {
    model.close();
  }

  private List<Path> entries() {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  /** A model in memory that was not kept there has all that an export needs. */
  @Test
  void aModelFromMemoryIsExported() {
    List<String> parts = new ArrayList<>();
    model.export(
        target,
        (part, done, total) -> {
          assertThat(done).isEqualTo(parts.size());
          assertThat(part.isEmpty()).isEqualTo(done == total);
          assertThat(target).doesNotExist();
          parts.add(part);
        });
    assertThat(parts).contains("embeddings.word_embeddings.weight", "").hasSizeGreaterThan(30);
    assertThat(entries()).containsExactly(target);
    try (TextEmbedder again = TextEmbedder.load(target)) {
      assertThat(again.embed(TEXT)).isEqualTo(model.embed(TEXT));
    }
  }

  @Test
  void anEmptyFolderIsFilledAndALinkToOneFollowed() throws IOException {
    Files.createDirectory(target);
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    model.export(link);
    assertThat(link).isSymbolicLink();
    assertThat(target.resolve("model.safetensors")).isRegularFile();
    assertThat(entries()).containsExactly(link, target);
  }

  @Test
  void whatIsThereStays() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "something");
    Files.createDirectory(target);
    Path inside = Files.writeString(target.resolve("inside"), "something");
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("absent"));
    List<Path> before = entries();
    for (Path taken : List.of(file, target, dangling, folder.getRoot())) {
      assertThatThrownBy(() -> model.export(taken))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContainingAll(taken.toString(), "is there already");
    }
    assertThat(entries()).isEqualTo(before);
    assertThat(inside).hasContent("something");
    assertThat(file).hasContent("something");
    assertThat(Files.exists(dangling, LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void whereNothingCanBeWrittenItSaysSo() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "something");
    for (Path impossible : List.of(folder.resolve("absent/target"), file.resolve("target"))) {
      assertThatThrownBy(() -> model.export(impossible))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContainingAll(impossible.toString(), "cannot be written");
    }
    assertThat(entries()).containsExactly(file);
  }

  /** At the first tensor, in the middle, and when all but the name is there. */
  @Test
  void whatFailsLeavesNothing() {
    for (int last : new int[] {0, 17, Integer.MAX_VALUE}) {
      assertThatThrownBy(
              () ->
                  model.export(
                      target,
                      (part, done, total) -> {
                        if (done == Math.min(last, total)) {
                          throw new AssertionError("enough");
                        }
                      }))
          .isInstanceOf(AssertionError.class)
          .hasMessage("enough");
      assertThat(entries()).isEmpty();
    }
  }

  @Test
  void filesThatAreTakenAwayMeanwhileAreMissed() {
    assertThatThrownBy(
            () ->
                model.export(
                    target,
                    (part, done, total) -> {
                      if (done == 5) {
                        deleteFilesOf(entries().getFirst());
                      }
                    }))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(target.toString(), "cannot be written");
    assertThat(entries()).isEmpty();
  }

  private static void deleteFilesOf(Path temporary) {
    try (Stream<Path> files = Files.list(temporary)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  @Test
  void anInterruptEndsTheExport() {
    for (int when : new int[] {-1, 3, Integer.MAX_VALUE}) {
      try {
        if (when < 0) {
          Thread.currentThread().interrupt();
        }
        assertThatThrownBy(
                () ->
                    model.export(
                        target,
                        (part, done, total) -> {
                          if (done == Math.min(when, total)) {
                            Thread.currentThread().interrupt();
                          }
                        }))
            .isInstanceOf(CheckpointException.class)
            .hasMessageContainingAll(target.toString(), "interrupted");
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
      } finally {
        Thread.interrupted();
      }
      assertThat(entries()).isEmpty();
    }
    assertThat(model.embed(TEXT)).isNotEmpty();
  }

  @Test
  void ofTwoAtOnceOneWins() {
    try (TextEmbedder other = TextEmbedder.load(source("other"), LoadOptions.defaults())) {
      assertThatThrownBy(
              () ->
                  model.export(
                      target,
                      (part, done, total) -> {
                        if (done == total) {
                          other.export(target);
                        }
                      }))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContainingAll(target.toString(), "is there already");
    }
    assertThat(entries()).containsExactly(target);
    TextEmbedder.load(target).close();
  }

  /** Ends its process in the middle of an export. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      try (TextEmbedder model = TextEmbedder.load(source("model"), LoadOptions.defaults())) {
        model.export(
            Path.of(arguments[0]),
            (part, done, total) -> {
              if (done == total) {
                Runtime.getRuntime().halt(3);
              }
            });
      }
    }
  }

  @Test
  void aProcessThatEndsLeavesNothingUnderThatName() throws Exception {
    ChildJvm child = ChildJvm.run(List.of(), Child.class, target.toString());
    assertThat(child.status()).isEqualTo(3);
    assertThat(target).doesNotExist();
    assertThat(entries())
        .singleElement()
        .asString()
        .contains(folder.resolve(".target.").toString())
        .endsWith(".tmp");
    model.export(target);
    TextEmbedder.load(target).close();
  }

  @Test
  void modelsThatTheLayoutCannotHoldAreRefused() {
    LlmInt8 int8 = LlmInt8.defaults();
    for (Int8Scheme scheme : List.of(Int8Scheme.ZEROPOINT_TENSOR, Int8Scheme.ZEROPOINT_VECTOR)) {
      refused(
          LoadOptions.defaults().withQuantization(int8.withScheme(scheme)),
          scheme.name(),
          "ABSMAX_VECTOR");
    }
    refused(LoadOptions.defaults().withFloatingPoint(DType.F16), "floating point", "Quantization");
  }

  private void refused(LoadOptions options, String... words) {
    try (TextEmbedder embedder = TextEmbedder.load(source("model"), options)) {
      assertThatThrownBy(() -> embedder.export(target))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(words);
    }
    assertThat(entries()).isEmpty();
  }

  /** It would wait for the export, and the export for it. */
  @Test
  void aListenerCannotCloseTheModel() {
    assertThatThrownBy(() -> model.export(target, (part, done, total) -> model.close()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("listens");
    assertThat(entries()).isEmpty();
    assertThat(model.embed(TEXT)).isNotEmpty();
  }

  @Test
  void aClosedModelIsNotExported() {
    model.close();
    assertThatThrownBy(() -> model.export(target))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(entries()).isEmpty();
  }
}
