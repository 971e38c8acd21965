package io.octavo.text;

import io.octavo.error.CheckpointException;
import io.octavo.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SentencePiece's compiled normalization: a tree of byte strings, and what to replace each by.
 *
 * <p>Its bytes are the length of the tree; the tree, as a double array of 32-bit units, little
 * endian; and the replacements as UTF-8, each ended by a zero byte. A unit holds a label in bits 0
 * to 7 (bit 31 is set in none that has one), in bit 8 whether a string ends there, and the way to
 * its children in bits 10 to 31, shifted by 8 more where bit 9 is set; a child stands where that,
 * the unit's own index and the child's label meet by exclusive or. Where a string ends, the child
 * of label 0 holds the replacement's place.
 *
 * <p>As the {@code tokenizers} library does, and SentencePiece itself does not: a character with
 * its marks (a grapheme cluster) of less than 6 bytes is replaced as a whole where a string of the
 * tree begins it, the shortest such string deciding; else each of its code points, likewise.
 */
final class CharacterMap implements TextNormalizer {
  private static final Pattern CLUSTER = Pattern.compile("\\X");
  private static final int CLUSTER_BYTES = 6;
  private static final int ABSENT = -1;

  private final int[] units;
  private final byte[] replacements;

  private CharacterMap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  /** Reads the normalizer {@code Precompiled}. */
  static CharacterMap from(JsonValue json) {
    json.allowOnly("type", "precompiled_charsmap");
    JsonValue map = json.get("precompiled_charsmap");
    ByteBuffer bytes;
    try {
      bytes =
          ByteBuffer.wrap(Base64.getDecoder().decode(map.string())).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IllegalArgumentException exception) {
      throw new CheckpointException(
          json.file(), map.path(), "is not sound base64: " + exception.getMessage(), exception);
    }
    if (bytes.remaining() < Integer.BYTES) {
      throw map.damaged("holds " + bytes.remaining() + " bytes, too few for a length");
    }
    long length = Integer.toUnsignedLong(bytes.getInt());
    if (length == 0 || length % Integer.BYTES != 0 || length > bytes.remaining()) {
      throw map.damaged(
          "states a tree of " + length + " bytes, and " + bytes.remaining() + " follow");
    }
    int[] units = new int[(int) (length / Integer.BYTES)];
    bytes.asIntBuffer().get(units);
    byte[] replacements = new byte[bytes.remaining() - (int) length];
    bytes.get(bytes.position() + (int) length, replacements);
    CharacterMap result = new CharacterMap(units, replacements);
    result.check(map);
    return result;
  }

  /** Checks every place that a unit points to, so that no text can lead beyond the arrays. */
  private void check(JsonValue map) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
    } catch (CharacterCodingException exception) {
      throw new CheckpointException(
          map.file(), map.path(), "has replacements that are no UTF-8", exception);
    }
    for (int i = 0; i < units.length; i++) {
      // Units with bit 31 are replacements' places, except that nobody looks at the root's.
      if (i == 0 || units[i] >= 0) {
        int children = i ^ children(units[i]);
        if ((children | 0xFF) >= units.length) {
          throw map.damaged(
              "has a tree of " + units.length + " units, of which unit " + i + " points beyond");
        }
        if (endsString(units[i])) {
          checkReplacement(units[children] & Integer.MAX_VALUE, map);
        }
      }
    }
  }

  private void checkReplacement(int start, JsonValue map) {
    boolean begins =
        start < replacements.length
            ? (replacements[start] & 0xC0) != 0x80
            : start == replacements.length;
    if (!begins) {
      throw map.damaged("replaces by what begins at byte " + start + " of " + replacements.length);
    }
    if (endOfReplacement(start) - start > LONGEST_REPLACEMENT) {
      throw map.damaged(
          "replaces by more than " + LONGEST_REPLACEMENT + " bytes, from byte " + start + " on");
    }
  }

  private static boolean endsString(int unit) {
    return (unit & 0x100) != 0;
  }

  private static int children(int unit) {
    return (unit >>> 10) << ((unit & 0x200) >>> 6);
  }

  private int endOfReplacement(int start) {
    int end = start;
    while (end < replacements.length
        && replacements[end] != 0
        && end - start <= LONGEST_REPLACEMENT) {
      end++;
    }
    return end;
  }

  @Override
  public String normalize(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    Utf8 utf8 = new Utf8();
    Matcher clusters = CLUSTER.matcher(text);
    int i = 0;
    while (i < text.length()) {
      int end = endOfCluster(text, i, clusters);
      utf8.set(text, i, end);
      if (utf8.size() >= CLUSTER_BYTES || !appendReplacement(utf8, out)) {
        appendCodePoints(text, i, end, utf8, out);
      }
      i = end;
    }
    return out.toString();
  }

  private static int endOfCluster(String text, int start, Matcher clusters) {
    // Between ASCII characters a cluster ends always, except within a line's end.
    int next = start + 1;
    char first = text.charAt(start);
    if (first < 0x80 && first != '\r' && (next == text.length() || text.charAt(next) < 0x80)) {
      return next;
    }
    clusters.region(start, text.length()).lookingAt();
    return clusters.end();
  }

  private void appendCodePoints(String text, int start, int end, Utf8 utf8, StringBuilder out) {
    int i = start;
    while (i < end) {
      int next = text.offsetByCodePoints(i, 1);
      utf8.set(text, i, next);
      if (!appendReplacement(utf8, out)) {
        out.append(text, i, next);
      }
      i = next;
    }
  }

  private boolean appendReplacement(Utf8 utf8, StringBuilder out) {
    int start = find(utf8.bytes(), utf8.size());
    if (start == ABSENT) {
      return false;
    }
    int end = endOfReplacement(start);
    out.append(new String(replacements, start, end - start, StandardCharsets.UTF_8));
    return true;
  }

  /** The place of the replacement of the shortest string of the tree that begins some bytes. */
  private int find(byte[] bytes, int size) {
    int position = children(units[0]);
    for (int i = 0; i < size && bytes[i] != 0; i++) {
      int label = bytes[i] & 0xFF;
      position ^= label;
      int unit = units[position];
      if ((unit & 0x800000FF) != label) {
        return ABSENT;
      }
      position ^= children(unit);
      if (endsString(unit)) {
        return units[position] & Integer.MAX_VALUE;
      }
    }
    return ABSENT;
  }
}
