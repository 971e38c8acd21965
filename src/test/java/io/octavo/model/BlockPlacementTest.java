package io.octavo.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.kernel.Activation;
import io.octavo.layer.LinearFormat;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderDescriptor.EmbeddingShape;
import io.octavo.model.DecoderDescriptor.FeedForwardShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderDescriptor.NormShape;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.StoredMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The equations of section 7.0 of the systems reference, for each placement that a {@link
 * DecoderDescriptor} describes, written out in double precision. A sequence of one token attends to
 * itself alone, so that attention is its value and output layers one after the other.
 */
class BlockPlacementTest {
  private static final int WIDTH = 8;
  private static final int INNER = 12;
  private static final int VOCABULARY = 5;
  private static final int TOKEN = 3;
  private static final int LAYERS = 3;
  private static final double EPSILON = 1e-5;

  private final Random random = new Random(70);
  private final float[] word = numbers(VOCABULARY * WIDTH);
  private final List<Layer> layers = List.of(new Layer(), new Layer(), new Layer());
  private final Norm last = new Norm();

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian() * 0.5f;
    }
    return numbers;
  }

  /** A norm with scale and shift. */
  private final class Norm {
    private final float[] gamma = numbers(WIDTH);
    private final float[] beta = numbers(WIDTH);

    NormWeights weights() {
      return new NormWeights(gamma, beta);
    }

    double[] of(double[] x) {
      double mean = Arrays.stream(x).average().orElseThrow();
      double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      double[] y = new double[WIDTH];
      for (int i = 0; i < WIDTH; i++) {
        y[i] = gamma[i] * (x[i] - mean) / Math.sqrt(variance + EPSILON) + beta[i];
      }
      return y;
    }
  }

  /** The weights of a layer, with all four norms. */
  private final class Layer {
    private final float[] projection = numbers(3 * WIDTH * WIDTH);
    private final float[] output = numbers(WIDTH * WIDTH);
    private final float[] expand = numbers(INNER * WIDTH);
    private final float[] contract = numbers(WIDTH * INNER);
    private final Norm n1 = new Norm();
    private final Norm n2 = new Norm();
    private final Norm n3 = new Norm();
    private final Norm n4 = new Norm();

    /** Attention of a token to itself: the values are the last third of the projection. */
    double[] f(double[] x) {
      return product(
          output, product(Arrays.copyOfRange(projection, 2 * WIDTH * WIDTH, 3 * WIDTH * WIDTH), x));
    }

    double[] g(double[] x) {
      double[] inner = product(expand, x);
      for (int i = 0; i < inner.length; i++) {
        inner[i] = Math.max(0, inner[i]);
      }
      return product(contract, inner);
    }

    DecoderWeights.Layer weights(boolean first, boolean second, boolean third, boolean fourth) {
      return new DecoderWeights.Layer(
          first ? n1.weights() : null,
          List.of(linear(projection, 3 * WIDTH, WIDTH)),
          null,
          null,
          linear(output, WIDTH, WIDTH),
          second ? n2.weights() : null,
          third ? n3.weights() : null,
          List.of(linear(expand, INNER, WIDTH)),
          linear(contract, WIDTH, INNER),
          fourth ? n4.weights() : null);
    }
  }

  private static LinearWeights linear(float[] values, int outputs, int inputs) {
    return new LinearWeights(StoredMatrix.of(values, outputs, inputs), null);
  }

  private static double[] product(float[] matrix, double[] x) {
    double[] y = new double[matrix.length / x.length];
    for (int row = 0; row < y.length; row++) {
      for (int i = 0; i < x.length; i++) {
        y[row] += matrix[row * x.length + i] * x[i];
      }
    }
    return y;
  }

  private static double[] sum(double gain, double[] x, double[] y) {
    double[] sum = new double[x.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = gain * x[i] + y[i];
    }
    return sum;
  }

  /** One layer's equations. */
  private interface Block {
    double[] of(int index, Layer layer, double[] x);
  }

  /** Which of the four norms a layer has. */
  private record Norms(boolean first, boolean second, boolean third, boolean fourth) {}

  private void check(
      UnaryOperator<LayerShape> shape,
      BlockShape block,
      Norms norms,
      boolean ends,
      Block expected) {
    LayerShape plain = new LayerShape(Integer.MAX_VALUE, null);
    List<LayerShape> shapes = List.of(shape.apply(plain), shape.apply(plain), shape.apply(plain));
    check(shapes, block, List.of(norms, norms, norms), ends ? last : null, expected);
  }

  private void check(
      List<LayerShape> shapes,
      BlockShape block,
      List<Norms> norms,
      @Nullable Norm end,
      Block expected) {
    DecoderDescriptor descriptor =
        new DecoderDescriptor(
            WIDTH,
            4,
            EmbeddingShape.plain(VOCABULARY, WIDTH),
            block,
            AttentionShape.plain(2, 2, WIDTH / 2),
            new FeedForwardShape(INNER, false, Activation.RELU),
            new NormShape(NormKind.LAYER, EPSILON),
            0f,
            shapes);
    List<DecoderWeights.Layer> weights = new java.util.ArrayList<>();
    for (int i = 0; i < LAYERS; i++) {
      Norms n = norms.get(i);
      weights.add(layers.get(i).weights(n.first, n.second, n.third, n.fourth));
    }
    double[] x = new double[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      x[i] = word[TOKEN * WIDTH + i];
    }
    for (int i = 0; i < LAYERS; i++) {
      x = expected.of(i, layers.get(i), x);
    }
    double[] logits = product(word, end == null ? x : end.of(x));
    try (NativeMemory memory = new NativeMemory()) {
      Decoder decoder =
          Decoder.build(
              descriptor,
              new DecoderWeights(
                  StoredMatrix.of(word, VOCABULARY, WIDTH),
                  null,
                  null,
                  null,
                  weights,
                  end == null ? null : end.weights(),
                  null,
                  null),
              LinearFormat.floatingPoint(DType.F32),
              DType.F32,
              memory,
              Team.alone(),
              (part, done, total) -> {});
      DecoderSession session = DecoderSession.open(decoder, DType.F32);
      new DecoderRunner(decoder)
          .append(List.of(session), List.of(new int[] {TOKEN}), null, Team.alone(), () -> false);
      double largest = Arrays.stream(logits).map(Math::abs).max().orElseThrow();
      for (int i = 0; i < VOCABULARY; i++) {
        assertThat((double) session.logits()[i])
            .as("logit %d", i)
            .isCloseTo(logits[i], Offset.offset(1e-5 * largest));
      }
    }
  }

  private static final Norms PRE = new Norms(true, false, true, false);
  private static final Norms POST = new Norms(false, true, false, true);

  @Test
  void section70Pre() {
    check(
        shape -> shape,
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        PRE,
        true,
        (index, layer, x) -> {
          double[] h = sum(1, x, layer.f(layer.n1.of(x)));
          return sum(1, h, layer.g(layer.n3.of(h)));
        });
  }

  @Test
  void section70Post() {
    check(
        shape -> shape,
        BlockShape.of(BlockPlacement.POST),
        POST,
        false,
        (index, layer, x) -> {
          double[] h = layer.n2.of(sum(1, x, layer.f(x)));
          return layer.n4.of(sum(1, h, layer.g(h)));
        });
  }

  @Test
  void section70Peri() {
    check(
        shape -> shape,
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        new Norms(true, true, true, true),
        true,
        (index, layer, x) -> {
          double[] h = sum(1, x, layer.n2.of(layer.f(layer.n1.of(x))));
          return sum(1, h, layer.n4.of(layer.g(layer.n3.of(h))));
        });
  }

  @Test
  void section70OutputNormsAlone() {
    check(
        shape -> shape,
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        POST,
        true,
        (index, layer, x) -> {
          double[] h = sum(1, x, layer.n2.of(layer.f(x)));
          return sum(1, h, layer.n4.of(layer.g(h)));
        });
  }

  @Test
  void section70ScaledPre() {
    LayerShape plain = new LayerShape(Integer.MAX_VALUE, null);
    List<LayerShape> shapes = new java.util.ArrayList<>();
    for (int i = 0; i < LAYERS; i++) {
      shapes.add(
          plain.withBlock(new BlockShape(BlockPlacement.SEQUENTIAL, 1f, 1 / Math.sqrt(i + 1))));
    }
    check(
        shapes,
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        List.of(PRE, PRE, PRE),
        last,
        (index, layer, x) -> {
          double s = 1 / Math.sqrt(index + 1);
          double[] zero = new double[WIDTH];
          double[] h = sum(1, x, layer.f(sum(s, layer.n1.of(x), zero)));
          return sum(1, h, layer.g(sum(s, layer.n3.of(h), zero)));
        });
  }

  @Test
  void section70DeepInGlmsOrder() {
    double alpha = Math.sqrt(2 * LAYERS);
    check(
        shape -> shape,
        new BlockShape(BlockPlacement.DEEP, (float) alpha),
        PRE,
        true,
        (index, layer, x) -> {
          double[] a = layer.n1.of(x);
          double[] m = layer.n3.of(sum((float) alpha, a, layer.f(a)));
          return sum((float) alpha, m, layer.g(m));
        });
  }

  @Test
  void section70DeepInDeepNetsOrder() {
    float alpha = (float) Math.pow(2 * LAYERS, 0.25);
    check(
        shape -> shape,
        new BlockShape(BlockPlacement.POST, alpha),
        POST,
        false,
        (index, layer, x) -> {
          double[] h = layer.n2.of(sum(alpha, x, layer.f(x)));
          return layer.n4.of(sum(alpha, h, layer.g(h)));
        });
  }

  @Test
  void section70Parallel() {
    check(
        shape -> shape,
        BlockShape.of(BlockPlacement.PARALLEL),
        new Norms(true, false, false, false),
        true,
        (index, layer, x) -> {
          double[] h = layer.n1.of(x);
          return sum(1, sum(1, x, layer.f(h)), layer.g(h));
        });
  }

  /** Mix-LN's mixture: the first layer is post-norm, the others are pre-norm. */
  @Test
  void section71MixtureOfPostAndPre() {
    LayerShape plain = new LayerShape(Integer.MAX_VALUE, null);
    check(
        List.of(plain.withBlock(BlockShape.of(BlockPlacement.POST)), plain, plain),
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        List.of(POST, PRE, PRE),
        last,
        (index, layer, x) -> {
          if (index == 0) {
            double[] h = layer.n2.of(sum(1, x, layer.f(x)));
            return layer.n4.of(sum(1, h, layer.g(h)));
          }
          double[] h = sum(1, x, layer.f(layer.n1.of(x)));
          return sum(1, h, layer.g(layer.n3.of(h)));
        });
  }

  /** A parallel layer among others has room for its second branch. */
  @Test
  void placementsMix() {
    LayerShape plain = new LayerShape(Integer.MAX_VALUE, null);
    Norms one = new Norms(true, false, false, false);
    check(
        List.of(plain, plain.withBlock(BlockShape.of(BlockPlacement.PARALLEL)), plain),
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        List.of(PRE, one, PRE),
        last,
        (index, layer, x) -> {
          if (index == 1) {
            double[] h = layer.n1.of(x);
            return sum(1, sum(1, x, layer.f(h)), layer.g(h));
          }
          double[] h = sum(1, x, layer.f(layer.n1.of(x)));
          return sum(1, h, layer.g(layer.n3.of(h)));
        });
  }
}
