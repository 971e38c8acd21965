package io.octavo.study;

import io.octavo.load.DecoderCheckpoint;
import io.octavo.load.HuggingFaceDecoder;
import io.octavo.load.ModelSource;
import io.octavo.load.SafetensorsCheckpoint;
import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderWeights;
import io.octavo.model.NormKind;
import io.octavo.testing.EditedCheckpoint;
import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where decoders normalize and what they add to what: one block of each placement, drawn from the
 * descriptor and the norms that loading a small model of the family gives. The argument is the file
 * of the picture.
 */
final class PlacementPicture {
  private static final Path SMALL = Path.of("src/test/resources/decoders");
  private static final int COLUMNS = 6;
  private static final int COLUMN_WIDTH = 160;
  private static final int ROW_HEIGHT = 360;
  private static final int STREAM = 48;
  private static final int BRANCH = 108;
  private static final int BOX_WIDTH = 92;
  private static final int HALF_BOX_WIDTH = 48;
  private static final int BOX_HEIGHT = 22;
  private static final int STEP = 34;
  private static final int TOP = 58;
  private static final String NORM_FILL = "#cfe3f5";
  private static final String PART_FILL = "#f3e3c3";

  private final StringBuilder svg = new StringBuilder();
  private final int left;
  private int y;

  private PlacementPicture(int left, int top) {
    this.left = left;
    this.y = top;
  }

  /** A block to draw. */
  private record Column(
      String title, String subtitle, BlockShape block, DecoderWeights.Layer layer, NormKind norm) {}

  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), svg());
  }

  /** The picture. */
  static String svg() {
    List<Column> columns = columns();
    int rows = (columns.size() + COLUMNS - 1) / COLUMNS;
    StringBuilder svg = new StringBuilder();
    svg.append(
        Markdown.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">\n",
            COLUMNS * COLUMN_WIDTH, rows * ROW_HEIGHT, COLUMNS * COLUMN_WIDTH, rows * ROW_HEIGHT));
    svg.append("<title>Placements of norms in a decoder's block</title>\n");
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    for (int i = 0; i < columns.size(); i++) {
      int left = i % COLUMNS * COLUMN_WIDTH;
      svg.append(new PlacementPicture(left, i / COLUMNS * ROW_HEIGHT).drawn(columns.get(i)));
    }
    return svg.append("</svg>\n").toString();
  }

  private static List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    add(columns, "pre-norm", "GPT-2", ModelSource.of(SMALL.resolve("gpt2")));
    add(columns, "scaled pre-norm", "LayerNorm Scaling", zoo("lns"));
    add(columns, "post-norm", "OPT-350M", ModelSource.of(SMALL.resolve("opt-350m")));
    add(columns, "Mix-LN", "", zoo("mixln"));
    add(columns, "sandwich", "Peri-LN, Gemma 2", ModelSource.of(SMALL.resolve("gemma2")));
    add(columns, "output norms", "OLMo 2", ModelSource.of(SMALL.resolve("olmo2")));
    add(columns, "deep, GLM's order", "GLM-130B", zoo("deepnorm-glm"));
    add(columns, "deep, DeepNet's order", "DeepNet", deepNet());
    add(columns, "parallel", "GPT-J, CodeGen", ModelSource.of(SMALL.resolve("gptj")));
    add(columns, "parallel, two norms", "GPT-NeoX", ModelSource.of(SMALL.resolve("gpt-neox")));
    return columns;
  }

  private static ModelSource zoo(String name) {
    return ModelSource.of(TestData.file("models/zoo/" + name));
  }

  private static ModelSource deepNet() {
    return EditedCheckpoint.of(TestData.file("models/zoo/powernorm"))
        .field("norm", "\"layernorm\"")
        .field("placement", "\"deepnorm\"")
        .source();
  }

  /** The last block of each run of layers whose blocks are of one placement. */
  private static void add(List<Column> columns, String title, String subtitle, ModelSource source) {
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(source)) {
      DecoderCheckpoint found = HuggingFaceDecoder.read(source, "config.json", checkpoint);
      DecoderDescriptor shape = found.descriptor();
      int first = 0;
      for (int i = 0; i < shape.depth(); i++) {
        BlockPlacement placement = shape.block(i).placement();
        if (i + 1 < shape.depth() && shape.block(i + 1).placement() == placement) {
          continue;
        }
        boolean all = first == 0 && i + 1 == shape.depth();
        boolean one = first == i || shape.block(i).normGain() != 1;
        String layers = one ? "layer " + (i + 1) : "layers " + (first + 1) + " to " + (i + 1);
        String where = all && !one ? "" : layers;
        String detail = subtitle + (subtitle.isEmpty() || where.isEmpty() ? "" : ", ") + where;
        columns.add(
            new Column(
                title,
                detail,
                shape.block(i),
                found.weights().layers().get(i),
                shape.norm().kind()));
        first = i + 1;
      }
    }
  }

  /** The column, the stream behind everything. */
  private String drawn(Column column) {
    text(left + COLUMN_WIDTH / 2, y + 20, column.title, " font-weight=\"bold\"");
    text(left + COLUMN_WIDTH / 2, y + 36, column.subtitle, " fill=\"#555555\"");
    y += TOP;
    int top = y;
    DecoderWeights.Layer layer = column.layer;
    boolean first = layer.attentionNorm() != null;
    boolean second = layer.attentionOutputNorm() != null;
    boolean third = layer.feedForwardNorm() != null;
    boolean fourth = layer.feedForwardOutputNorm() != null;
    y += 10;
    switch (column.block.placement()) {
      case SEQUENTIAL -> {
        branch(column, first, "attention", second);
        branch(column, third, "feed-forward", fourth);
      }
      case POST -> {
        branch(column, false, "attention", false);
        onStream(column);
        branch(column, false, "feed-forward", false);
        onStream(column);
      }
      case DEEP -> {
        onStream(column);
        branch(column, false, "attention", false);
        onStream(column);
        branch(column, false, "feed-forward", false);
      }
      case PARALLEL -> parallel(column, third);
    }
    y += 10;
    String stream =
        Markdown.format(
            """
            <path d="M%d %d V%d" stroke="#333333" stroke-width="2" fill="none"/>
            <path d="M%d %d l-4 -8 h8 z" fill="#333333"/>
            """,
            left + STREAM, top, y, left + STREAM, y + 6);
    return stream + svg;
  }

  /** A norm on the stream itself. */
  private void onStream(Column column) {
    y += 6;
    box(left + STREAM + 20, HALF_BOX_WIDTH + 24, norm(column), NORM_FILL);
    y += STEP;
  }

  /** A branch that leaves the stream, goes through its boxes, and is added. */
  private void branch(Column column, boolean before, String part, boolean behind) {
    int from = y;
    int x = left + BRANCH;
    y += 14;
    int first = y;
    int boxes = 1 + (before ? 1 : 0) + (behind ? 1 : 0);
    connect(x, first, x, first + boxes * STEP - (STEP - BOX_HEIGHT));
    if (before) {
      box(x, BOX_WIDTH, norm(column), NORM_FILL);
      y += STEP;
    }
    box(x, BOX_WIDTH, part, PART_FILL);
    y += STEP;
    if (behind) {
      box(x, BOX_WIDTH, norm(column), NORM_FILL);
      y += STEP;
    }
    int last = y - STEP + BOX_HEIGHT;
    y = last + 12;
    line(left + STREAM, from, x, first);
    back(x, last);
    gain(column, (from + y) / 2);
    sum();
  }

  /** Attention and feed-forward part side by side, behind one norm or one each. */
  private void parallel(Column column, boolean twoNorms) {
    int from = y;
    int a = left + STREAM + 34;
    int b = a + HALF_BOX_WIDTH + 4;
    y += 14;
    int first = y;
    if (twoNorms) {
      box(a, HALF_BOX_WIDTH, "norm", NORM_FILL);
      box(b, HALF_BOX_WIDTH, "norm", NORM_FILL);
    } else {
      box((a + b) / 2, BOX_WIDTH, norm(column), NORM_FILL);
    }
    y += STEP;
    int second = y;
    box(a, HALF_BOX_WIDTH, "attention", PART_FILL);
    box(b, HALF_BOX_WIDTH, "feed-f.", PART_FILL);
    y += BOX_HEIGHT + 12;
    if (twoNorms) {
      line(left + STREAM, from, a, first);
      line(left + STREAM, from, b, first);
      connect(a, first + BOX_HEIGHT, a, second);
      connect(b, first + BOX_HEIGHT, b, second);
    } else {
      line(left + STREAM, from, (a + b) / 2, first);
      connect((a + b) / 2, first + BOX_HEIGHT, a, second);
      connect((a + b) / 2, first + BOX_HEIGHT, b, second);
    }
    back(b, y - 12);
    back(a, y - 12);
    sum();
  }

  /** What a norm is called: its kind, and its factor where it has one. */
  private static String norm(Column column) {
    String kind = column.norm == NormKind.LAYER ? "LayerNorm" : "RMSNorm";
    double gain = column.block.normGain();
    return gain == 1 ? kind : Markdown.format("%s × %.2f", kind, gain);
  }

  private void gain(Column column, int at) {
    if (column.block.gain() != 1f) {
      String text = Markdown.format("× %.2f", column.block.gain());
      svg.append(
          Markdown.format(
              "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" font-size=\"11\">%s</text>\n",
              left + STREAM - 5, at, text));
    }
  }

  private void sum() {
    svg.append(
        Markdown.format(
            "<circle cx=\"%d\" cy=\"%d\" r=\"8\" fill=\"#ffffff\" stroke=\"#333333\"/>\n",
            left + STREAM, y));
    text(left + STREAM, y + 4, "+", "");
    y += 16;
  }

  private void box(int center, int width, String label, String fill) {
    svg.append(
        Markdown.format(
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\""
                + " stroke=\"#333333\"/>\n",
            center - width / 2, y, width, BOX_HEIGHT, fill));
    text(
        center, y + 15, label, label.length() > 12 || width < BOX_WIDTH ? " font-size=\"10\"" : "");
  }

  /** From the stream to the right and down. */
  private void line(int fromX, int fromY, int toX, int toY) {
    path(Markdown.format("M%d %d H%d V%d", fromX, fromY, toX, toY));
  }

  private void connect(int fromX, int fromY, int toX, int toY) {
    path(Markdown.format("M%d %d L%d %d", fromX, fromY, toX, toY));
  }

  /** Down and to the left, to the sum. */
  private void back(int fromX, int fromY) {
    path(Markdown.format("M%d %d V%d H%d", fromX, fromY, y, left + STREAM + 8));
  }

  private void path(String d) {
    svg.append(Markdown.format("<path d=\"%s\" stroke=\"#333333\" fill=\"none\"/>\n", d));
  }

  private void text(int x, int at, String text, String attributes) {
    svg.append(
        Markdown.format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\"%s>%s</text>\n",
            x, at, attributes, text));
  }
}
