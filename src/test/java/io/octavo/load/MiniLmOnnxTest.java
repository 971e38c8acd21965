package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.kernel.Activation;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.EncoderWeights;
import io.octavo.tensor.DType;
import io.octavo.tensor.WeightMatrix;
import io.octavo.testing.TestData;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The real model; the expected numbers were read from the file by another program (NumPy). */
@Tag("core")
class MiniLmOnnxTest {
  private static OnnxCheckpoint checkpoint;
  private static EncoderCheckpoint encoder;

  @BeforeAll
  static void open() {
    checkpoint = OnnxCheckpoint.open(TestData.miniLm());
    encoder = BertOnnx.read(checkpoint);
  }

  @AfterAll
  static void close() {
    if (checkpoint != null) {
      checkpoint.close();
    }
  }

  @Test
  void descriptorIsReadFromTheGraph() {
    EncoderDescriptor descriptor = encoder.descriptor();
    assertThat(descriptor.layers()).isEqualTo(6);
    assertThat(descriptor.width()).isEqualTo(384);
    assertThat(descriptor.heads()).isEqualTo(12);
    assertThat(descriptor.feedForwardWidth()).isEqualTo(1536);
    assertThat(descriptor.vocabulary()).isEqualTo(30522);
    assertThat(descriptor.positions()).isEqualTo(512);
    assertThat(descriptor.tokenTypes()).isEqualTo(2);
    assertThat((float) descriptor.epsilon()).isEqualTo(1e-12f);
    assertThat(descriptor.activation()).isEqualTo(Activation.GELU_ERF);
    assertThat(encoder.ignored()).isEmpty();
  }

  @Test
  void embeddingsAreRows() {
    EncoderWeights weights = encoder.weights();
    assertThat(head(row(weights.word(), 101)))
        .containsExactly(-0.017619397f, -0.0076005496f, 0.047105543f);
    assertThat(row(weights.word(), 101)[383]).isEqualTo(-0.061677366f);
    assertThat(Arrays.copyOfRange(row(weights.word(), 30521), 381, 384))
        .containsExactly(-0.017723897f, 0.008096314f, 0.0045700637f);
    assertThat(head(row(weights.position(), 511)))
        .containsExactly(-0.023071289f, -0.008758545f, -0.020965576f);
    assertThat(head(row(Objects.requireNonNull(weights.tokenType()), 1)))
        .containsExactly(-0.0008983612f, -0.0036411285f, -0.0055351257f);
  }

  @Test
  void linearWeightsAreTransposed() {
    WeightMatrix query = encoder.weights().layers().getFirst().query().weight();
    assertThat(query.type()).isEqualTo(DType.F32);
    assertThat(head(row(query, 7))).containsExactly(0.13049862f, 0.11931837f, 0.15118638f);
    assertThat(row(query, 7)[383]).isEqualTo(0.06933568f);
    assertThat(head(column(query, 11))).containsExactly(-0.09224158f, 0.018625243f, 0.10605964f);
    assertThat(column(query, 11)[383]).isEqualTo(-0.0018371139f);

    WeightMatrix expand = encoder.weights().layers().getLast().expand().weight();
    assertThat(expand.rows()).isEqualTo(1536);
    assertThat(head(row(expand, 1535))).containsExactly(-0.04357805f, 0.056495253f, -0.03264199f);
    assertThat(head(column(expand, 383)))
        .containsExactly(-0.016582437f, -0.03311032f, -0.0036335532f);

    WeightMatrix contract = encoder.weights().layers().getLast().contract().weight();
    assertThat(contract.columns()).isEqualTo(1536);
    assertThat(head(row(contract, 383)))
        .containsExactly(-0.054042418f, -0.009813589f, -0.037086908f);
    assertThat(head(column(contract, 1535)))
        .containsExactly(0.0045422385f, -0.00034844724f, 0.042921323f);
  }

  @Test
  void vectorsAreRead() {
    EncoderWeights weights = encoder.weights();
    assertThat(head(Objects.requireNonNull(weights.norm().gamma())))
        .containsExactly(0.59892833f, 0.5835948f, 0.63354105f);
    assertThat(head(Objects.requireNonNull(weights.layers().get(3).key().bias())))
        .containsExactly(0.00049124646f, -0.0014378079f, -0.00040125937f);
    assertThat(head(Objects.requireNonNull(weights.layers().get(5).outputNorm().beta())))
        .containsExactly(-0.0363074f, 0.06616555f, 0.014946042f);
    assertThat(Objects.requireNonNull(weights.layers().get(2).expand().bias())[1535])
        .isEqualTo(0.0067384676f);
  }

  @Test
  void tensorsSayWhereTheyAre() {
    CheckpointTensor tensor = checkpoint.tensor("embeddings.LayerNorm.bias");
    assertThat(tensor.shape()).containsExactly(384L);
    assertThat(tensor.place()).startsWith("tensor embeddings.LayerNorm.bias at byte offset ");
    assertThat(checkpoint.names()).contains("embeddings.word_embeddings.weight");
  }

  @Test
  void tokenizerLiesBesideIt() {
    ModelFiles files = ModelFiles.find(ModelSource.of(TestData.miniLm()), "", null);
    assertThat(files.tokenizer()).isEqualTo("all-minilm-l6-v2-tokenizer.json");
  }

  private static float[] head(float[] values) {
    return Arrays.copyOf(values, 3);
  }

  private static float[] row(WeightMatrix matrix, int row) {
    float[] values = new float[matrix.columns()];
    matrix.readRow(row, values, 0);
    return values;
  }

  private static float[] column(WeightMatrix matrix, int column) {
    float[] values = new float[matrix.rows()];
    matrix.readColumn(column, values, 0);
    return values;
  }
}
