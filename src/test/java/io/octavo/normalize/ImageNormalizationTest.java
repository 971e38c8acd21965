package io.octavo.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.testing.Fixtures;
import io.octavo.testing.Tolerance;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The fixtures for images, and what the factories refuse. */
@Tag("core")
class ImageNormalizationTest {
  private static final JsonNode FIXTURES = Fixtures.read("norms-images.json");
  private static final float[] X = values("x");
  private static final ImageShape SHAPE = shape(FIXTURES.path("x"));
  private static final float[] WEIGHT = values("weight");
  private static final float[] BIAS = values("bias");
  private static final float[] MEAN = values("running_mean");
  private static final float[] VARIANCE = values("running_var");

  private static float[] values(String name) {
    return Fixtures.floats(FIXTURES.path(name));
  }

  private static ImageShape shape(JsonNode tensor) {
    return new ImageShape(
        Fixtures.size(tensor, 0),
        Fixtures.size(tensor, 1),
        Fixtures.size(tensor, 2),
        Fixtures.size(tensor, 3));
  }

  private static void assertAgrees(ImageNormalization norm, JsonNode expected) {
    float[] y = new float[X.length];
    norm.apply(X, SHAPE, y);
    float[] inPlace = X.clone();
    norm.apply(inPlace, SHAPE, inPlace);
    assertThat(inPlace).containsExactly(y);
    assertRows(y, expected);
  }

  /** A row of the fixtures is a row of pixels. */
  private static void assertRows(float[] y, JsonNode expected) {
    Tolerance.single(y, Fixtures.doubles(expected), SHAPE.width());
  }

  @Test
  void batchNormAgreesWithTheFixtures() {
    JsonNode batchNorm = FIXTURES.path("batch_norm");
    double epsilon = batchNorm.path("eps").doubleValue();
    assertAgrees(BatchNorm.of(WEIGHT, BIAS, MEAN, VARIANCE, epsilon), batchNorm.path("expected"));
  }

  @Test
  void groupNormAgreesWithTheFixtures() {
    assertThat(FIXTURES.path("group_norm").size()).isGreaterThan(2);
    for (JsonNode each : FIXTURES.path("group_norm")) {
      int groups = each.path("groups").intValue();
      double epsilon = each.path("eps").doubleValue();
      assertAgrees(
          GroupNorm.of(groups, SHAPE.channels(), WEIGHT, BIAS, epsilon), each.path("expected"));
    }
  }

  @Test
  void batchChannelNormAgreesWithTheFixtures() {
    assertThat(FIXTURES.path("batch_channel_norm").size()).isGreaterThan(1);
    for (JsonNode each : FIXTURES.path("batch_channel_norm")) {
      double epsilon = each.path("eps").doubleValue();
      BatchNorm inner = BatchNorm.of(WEIGHT, BIAS, MEAN, VARIANCE, epsilon);
      float[] groupWeight = Fixtures.floats(each.path("group_weight"));
      float[] groupBias = Fixtures.floats(each.path("group_bias"));
      assertThat(groupWeight).hasSize(each.path("groups").intValue());
      assertAgrees(
          BatchChannelNorm.of(inner, groupWeight, groupBias, epsilon), each.path("expected"));
    }
  }

  @Test
  void evoNormAgreesWithTheFixtures() {
    assertThat(FIXTURES.path("evo_norm").size()).isGreaterThan(6);
    for (JsonNode each : FIXTURES.path("evo_norm")) {
      assertAgrees(evoNorm(each), each.path("expected"));
    }
  }

  private static ImageNormalization evoNorm(JsonNode each) {
    double epsilon = each.path("eps").doubleValue();
    int groups = each.path("groups").asInt();
    float[] slope = values("v");
    return switch (each.path("kind").asText()) {
      case "B0" -> EvoNormB.b0(WEIGHT, BIAS, slope, VARIANCE, epsilon);
      case "B1" -> EvoNormB.b1(WEIGHT, BIAS, VARIANCE, epsilon);
      case "B2" -> EvoNormB.b2(WEIGHT, BIAS, VARIANCE, epsilon);
      case "S0" -> EvoNormS.s0(groups, WEIGHT, BIAS, slope, epsilon);
      case "S1" -> EvoNormS.s1(groups, WEIGHT, BIAS, epsilon);
      case "S2" -> EvoNormS.s2(groups, WEIGHT, BIAS, epsilon);
      default -> throw new AssertionError("unknown kind " + each.path("kind"));
    };
  }

  private static RegionMask mask(JsonNode tensor) {
    int[] values = Fixtures.ints(tensor);
    boolean[] foreground = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      foreground[i] = values[i] == 1;
    }
    ImageShape shape = shape(tensor);
    return RegionMask.of(shape.batch(), shape.height(), shape.width(), foreground);
  }

  private static void assertMask(RegionMask actual, JsonNode expected) {
    int[] values = Fixtures.ints(expected);
    int pixels = SHAPE.pixels();
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      assertThat(actual.foreground(i / pixels, i % pixels)).as("[%d]", i).isEqualTo(values[i] == 1);
      count += values[i];
    }
    assertThat(actual.count()).isEqualTo(count);
  }

  @Test
  void basicRegionNormAgreesWithTheFixtures() {
    JsonNode region = FIXTURES.path("region_norm_basic");
    RegionNormBasic norm =
        RegionNormBasic.of(
            Fixtures.floats(region.path("foreground_gamma")),
            Fixtures.floats(region.path("foreground_beta")),
            Fixtures.floats(region.path("background_gamma")),
            Fixtures.floats(region.path("background_beta")),
            region.path("eps").doubleValue());
    assertThat(region.path("cases").size()).isGreaterThan(5);
    for (JsonNode each : region.path("cases")) {
      RegionMask mask = mask(each.path("mask"));
      assertMask(mask.resizedTo(SHAPE.height(), SHAPE.width()), each.path("resized_mask"));
      float[] y = new float[X.length];
      norm.apply(X, SHAPE, mask, y);
      float[] inPlace = X.clone();
      norm.apply(inPlace, SHAPE, mask, inPlace);
      assertThat(inPlace).containsExactly(y);
      assertRows(y, each.path("expected"));
    }
  }

  @Test
  void learnedRegionNormAgreesWithTheFixtures() {
    JsonNode region = FIXTURES.path("region_norm_learned");
    double threshold = region.path("threshold").doubleValue();
    RegionNormLearned norm =
        RegionNormLearned.of(
            SHAPE.channels(),
            Fixtures.floats(region.path("conv1_weight")),
            Fixtures.floats(region.path("gamma_conv_weight")),
            Fixtures.floats(region.path("gamma_conv_bias"))[0],
            Fixtures.floats(region.path("beta_conv_weight")),
            Fixtures.floats(region.path("beta_conv_bias"))[0],
            threshold,
            region.path("eps").doubleValue());
    double[] importance = Fixtures.doubles(region.path("importance"));
    int[] mask = Fixtures.ints(region.path("mask"));
    int pixels = SHAPE.pixels();
    for (int image = 0; image < SHAPE.batch(); image++) {
      double[] map = norm.importance(X, SHAPE, image);
      for (int i = 0; i < pixels; i++) {
        Tolerance.single(map[i], importance[image * pixels + i]);
        assertThat(map[i] >= threshold).isEqualTo(mask[image * pixels + i] == 1);
      }
    }
    assertAgrees(norm, region.path("expected"));
  }

  @Test
  void alphaBatchNormAgreesWithTheFixtures() {
    assertThat(FIXTURES.path("alpha_batch_norm").size()).isGreaterThan(3);
    for (JsonNode each : FIXTURES.path("alpha_batch_norm")) {
      double alpha = each.path("alpha").doubleValue();
      double epsilon = each.path("eps").doubleValue();
      assertAgrees(
          AlphaBatchNorm.of(alpha, WEIGHT, BIAS, MEAN, VARIANCE, epsilon), each.path("expected"));
    }
  }

  @Test
  void unMixAgreesWithTheFixtures() {
    assertThat(FIXTURES.path("unmix_tns").size()).isGreaterThan(2);
    for (JsonNode each : FIXTURES.path("unmix_tns")) {
      assertThat(each.path("temperature").doubleValue()).isEqualTo(0.07);
      int components = each.path("components").intValue();
      double momentum = each.path("momentum").doubleValue();
      UnMixState state =
          UnMixState.of(
              components,
              Fixtures.doubles(each.path("means")),
              Fixtures.doubles(each.path("variances")));
      UnMixTns norm = UnMixTns.of(WEIGHT, BIAS, each.path("eps").doubleValue(), momentum, state);
      assertThat(UnMixTns.momentum(0.1, SHAPE.batch())).isEqualTo(momentum);
      for (JsonNode batch : each.path("batches")) {
        assertBatch(norm, batch, components);
      }
    }
  }

  private static void assertBatch(UnMixTns norm, JsonNode batch, int components) {
    float[] x = Fixtures.floats(batch.path("x"));
    double[] assignment = Fixtures.doubles(batch.path("assignment"));
    for (int image = 0; image < SHAPE.batch(); image++) {
      double[] means = new double[SHAPE.channels()];
      for (int c = 0; c < means.length; c++) {
        means[c] = Planes.mean(x, SHAPE.offset(image, c), SHAPE.pixels());
      }
      double[] shares = norm.shares(means);
      for (int k = 0; k < components; k++) {
        Tolerance.single(shares[k], assignment[image * components + k]);
      }
    }
    float[] y = new float[x.length];
    norm.apply(x, SHAPE, y);
    assertRows(y, batch.path("expected"));
    assertDoubles(norm.state().means(), batch.path("means_after"));
    assertDoubles(norm.state().variances(), batch.path("variances_after"));
  }

  private static void assertDoubles(double[] actual, JsonNode expected) {
    double[] values = Fixtures.doubles(expected);
    assertThat(actual).hasSameSizeAs(values);
    for (int i = 0; i < values.length; i++) {
      Tolerance.single(actual[i], values[i]);
    }
  }

  @Test
  void factoriesRefuseWhatMakesNoSense() {
    float[] two = {1, 1};
    float[] three = {1, 1, 1};
    float[] negative = {1, -1};
    refused("is empty", () -> new ImageShape(1, 2, 0, 3));
    refused("too large", () -> new ImageShape(1 << 30, 2, 1 << 30, 3));
    refused("weight has 3 values", () -> BatchNorm.of(three, two, two, two, 1e-5));
    refused("runningVar has 3 values", () -> BatchNorm.of(null, null, two, three, 1e-5));
    refused("runningVar[1] is -1.0", () -> BatchNorm.of(two, two, two, negative, 1e-5));
    refused("epsilon is -1.0", () -> BatchNorm.of(two, two, two, two, -1));
    refused("2 groups", () -> GroupNorm.of(2, 3, null, null, 1e-5));
    refused("2 groups", () -> GroupNorm.withGroupAffine(3, two, two, 1e-5));
    refused("bias has 3 values", () -> GroupNorm.withGroupAffine(4, two, three, 1e-5));
    refused("v has 3 values", () -> EvoNormB.b0(two, two, three, two, 1e-5));
    refused("runningVar[1] is -1.0", () -> EvoNormB.b1(two, two, negative, 1e-5));
    refused("2 groups", () -> EvoNormS.s1(2, three, three, 1e-5));
    refused("alpha is 1.5", () -> AlphaBatchNorm.of(1.5, two, two, two, two, 1e-5));
    refused("runningVar[1] is", () -> AlphaBatchNorm.of(0.5, two, two, two, negative, 1e-5));
    refused("no mask", () -> RegionMask.of(1, 2, 2, new boolean[3]));
    refused("backgroundGamma", () -> RegionNormBasic.of(two, two, three, two, 1e-5));
    refused("no square", () -> RegionNormLearned.of(2, two, two, 0, two, 0, 0.8, 1e-5));
    refused("variances[1] is", () -> UnMixState.of(1, new double[2], new double[] {1, -1}));
    refused("3 means", () -> UnMixState.of(2, new double[3], new double[3]));
    refused("components", () -> UnMixState.initial(0, two, two, new Random(1)));
    UnMixState state = UnMixState.initial(3, two, two, new Random(1));
    refused("momentum is 2.0", () -> UnMixTns.of(two, two, 1e-5, 2, state));
    refused("weight has 3 values", () -> UnMixTns.of(three, three, 1e-5, 0.1, state));
  }

  @Test
  void imagesAreChecked() {
    float[] two = {1, 1};
    BatchNorm norm = BatchNorm.of(two, two, two, two, 1e-5);
    float[] x = new float[12];
    refused("3 channels", () -> norm.apply(x, new ImageShape(1, 3, 2, 2), x));
    assertThatThrownBy(() -> norm.apply(x, new ImageShape(2, 2, 2, 2), x))
        .isInstanceOf(IndexOutOfBoundsException.class);
    AlphaBatchNorm alpha = AlphaBatchNorm.of(0.5, two, two, two, two, 1e-5);
    refused("one number", () -> alpha.apply(x, new ImageShape(1, 2, 1, 1), x));
    RegionNormBasic region = RegionNormBasic.of(two, two, two, two, 1e-5);
    RegionMask mask = RegionMask.of(2, 1, 1, new boolean[2]);
    refused("2 images", () -> region.apply(x, new ImageShape(1, 2, 2, 2), mask, x));
  }

  private static void refused(String message, Runnable code) {
    assertThatThrownBy(code::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
