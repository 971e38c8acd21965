package io.octavo.hostile;

import com.sun.management.OperatingSystemMXBean;
import io.octavo.CrossEncoder;
import io.octavo.TextClassifier;
import io.octavo.TextEmbedder;
import io.octavo.error.InvalidInputException;
import io.octavo.error.OctavoException;
import io.octavo.hostile.Variant.Route;
import io.octavo.load.Checkpoint;
import io.octavo.load.CheckpointTensor;
import io.octavo.load.GgufModel;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.load.OpenFile;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.text.Tokenizer;
import io.octavo.text.TokenizerFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Loads a variant, uses it and closes it, on a thread of its own with the stack that a thread has.
 * It either works or ends in an exception of this library's that names one of its files.
 */
final class Judge {
  private static final long MOST_SECONDS = 5;
  private static final String SHORT = "the unable word60";

  /** Words, other scripts, marks, controls, a lone surrogate, a long word. */
  private static final String LONG =
      "A caf\u00e9, \u4e2d\u6587 \u0e20\u0e32\u0e29\u0e32 a\u0301\u0302 word61!\t\u0000\ufffd \ud83d\ude42\n\ud800"
              .repeat(60)
          + "x".repeat(3000)
          + " ".repeat(300)
          + "\u0301".repeat(300);

  private Judge() {}

  /** What happens to a variant; the clock includes its use. */
  static Verdict judge(Variant variant) throws IOException, InterruptedException {
    if (variant.route() != Route.DISK) {
      return judge(variant, source(variant), null);
    }
    try (DiskModel disk = DiskModel.write(variant)) {
      ModelSource source =
          ModelSource.of(disk.folder().resolve(variant.specimen().model()).normalize());
      return judge(variant, source, disk);
    }
  }

  private static ModelSource source(Variant variant) {
    ModelSource source;
    if (variant.route() == Route.STREAMS) {
      Map<String, InputStream> streams = new HashMap<>();
      variant.files().forEach((name, bytes) -> streams.put(name, new ByteArrayInputStream(bytes)));
      source = ModelSource.ofStreams("memory", streams);
    } else {
      source = ModelSource.ofBytes("memory", variant.files());
    }
    String model = variant.specimen().model();
    return model.isEmpty() ? source : source.withFile(model);
  }

  private static Verdict judge(Variant variant, ModelSource source, @Nullable DiskModel disk)
      throws IOException, InterruptedException {
    FutureTask<Boolean> use = new FutureTask<>(() -> use(variant, source));
    Thread thread = Thread.ofPlatform().daemon().name("variant-" + variant.index()).unstarted(use);
    long processorStart = processorNanos();
    long start = System.nanoTime();
    thread.start();
    OctavoException refusal = null;
    boolean finite = true;
    String violation = null;
    try {
      finite = use.get(4 * MOST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException exception) {
      Throwable thrown = exception.getCause();
      if (thrown instanceof OctavoException refused) {
        refusal = refused;
        // What is wrong with a text is said of the text.
        violation =
            thrown instanceof InvalidInputException
                ? null
                : complaint(variant, String.valueOf(thrown.getMessage()));
      } else {
        violation = trace(thrown);
      }
    } catch (TimeoutException exception) {
      StringBuilder stack = new StringBuilder("hangs");
      for (StackTraceElement element : thread.getStackTrace()) {
        stack.append("\n    at ").append(element);
      }
      violation = stack.toString();
    }
    double millis = (System.nanoTime() - start) / 1e6;
    double processorMillis = (processorNanos() - processorStart) / 1e6;
    if (violation == null && Math.min(millis, processorMillis) > 1e3 * MOST_SECONDS) {
      violation = "takes %.0f ms, %.0f of a processor".formatted(millis, processorMillis);
    }
    if (violation == null && disk != null) {
      violation = disk.left();
    }
    return new Verdict(refusal, finite, violation, millis);
  }

  /**
   * Of all threads: on a machine that others use, too, the clock says more than this process did.
   */
  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static @Nullable String complaint(Variant variant, String message) {
    if (message.length() > 10_000) {
      return "a message of " + message.length() + " characters: " + message.substring(0, 200);
    }
    boolean names = variant.names().stream().anyMatch(message::contains);
    return names ? null : "names no file: " + message;
  }

  private static String trace(@Nullable Throwable thrown) {
    StringBuilder trace = new StringBuilder(String.valueOf(thrown));
    if (thrown != null) {
      StackTraceElement[] elements = thrown.getStackTrace();
      for (int i = 0; i < Math.min(12, elements.length); i++) {
        trace.append("\n    at ").append(elements[i]);
      }
    }
    return trace.substring(0, Math.min(4000, trace.length()));
  }

  /** Whether all numbers are finite. */
  private static boolean use(Variant variant, ModelSource source) {
    LoadOptions options = options(variant);
    return switch (variant.specimen().door()) {
      case EMBEDDER -> {
        try (TextEmbedder model = TextEmbedder.load(source, options)) {
          boolean finite = true;
          for (float[] vector : model.embedAll(List.of(SHORT, LONG))) {
            finite &= areFinite(vector);
          }
          finite &= areFinite(model.embedQuery(SHORT));
          finite &= areFinite(model.embedPassage(""));
          yield finite;
        }
      }
      case CLASSIFIER -> {
        try (TextClassifier model = TextClassifier.load(source, options)) {
          model.classifyAll(List.of(SHORT, LONG));
          yield areFinite(model.logits(SHORT));
        }
      }
      case CROSS_ENCODER -> {
        try (CrossEncoder model = CrossEncoder.load(source, options)) {
          boolean finite = areFinite(model.scores(SHORT, LONG));
          finite &= areFinite(model.scores(LONG, SHORT));
          yield finite;
        }
      }
      case GGUF -> {
        try (GgufModel model = GgufModel.open(source, variant.specimen().model())) {
          model.chatTemplate();
          convert(model.tokenizer());
          yield areFinite(model.tensors());
        }
      }
      case DECODER -> DecoderUse.of(source, options, List.of("", SHORT, LONG));
      case TOKENIZER -> {
        String file = "tokenizer.json";
        try (OpenFile open = source.openFile(file)) {
          byte[] bytes = open.segment().toArray(ValueLayout.JAVA_BYTE);
          convert(TokenizerFile.read(open.place(), new ByteArrayInputStream(bytes)));
        }
        yield true;
      }
    };
  }

  /** Texts to tokens and back, and tokens that no text has. */
  private static void convert(Tokenizer tokenizer) {
    for (String text : List.of("", SHORT, LONG)) {
      tokenizer.decode(tokenizer.encode(text));
    }
    for (int id = 0; id < Math.min(300, tokenizer.vocabularySize()); id++) {
      tokenizer.decode(new int[] {id, 0, id});
    }
  }

  /** Reads every number of every matrix. */
  private static boolean areFinite(Checkpoint tensors) {
    boolean finite = true;
    for (String name : tensors.names()) {
      CheckpointTensor tensor = tensors.tensor(name);
      if (tensor.shape().size() == 2) {
        int rows = Math.toIntExact(tensor.shape().getFirst());
        int columns = Math.toIntExact(tensor.shape().getLast());
        float[] row = new float[columns];
        for (int r = 0; r < rows; r++) {
          tensor.matrix(rows, columns).readRow(r, row, 0);
          finite &= areFinite(row);
        }
      }
    }
    return finite;
  }

  private static LoadOptions options(Variant variant) {
    LoadOptions options = LoadOptions.defaults();
    return switch (variant.options()) {
      case 0 -> options.withFloatingPoint(DType.F32);
      case 1 -> options.withFloatingPoint(DType.F16).withThreads(1);
      case 2 -> options.withQuantization(LlmInt8.defaults().withThreshold(1f)).withSourceKept(true);
      default -> options;
    };
  }

  private static boolean areFinite(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
