package io.octavo.kernel.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector width of this process: {@code -Doctavo.vector.bits=128|256|512}, by default what the
 * JVM prefers. Species are constants of a class, never parameters: C2 only compiles them away when
 * it sees their value.
 */
public final class VectorWidth {
  /** Bits of a vector. */
  public static final int BITS;

  /** What to change where the width asked for is not served; else empty. */
  public static final String ADVICE;

  static {
    int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    String asked = System.getProperty("octavo.vector.bits", Integer.toString(preferred));
    boolean known = asked.equals("128") || asked.equals("256") || asked.equals("512");
    BITS = known ? Integer.parseInt(asked) : Math.clamp(preferred, 128, 512);
    ADVICE = known ? "" : "set -Doctavo.vector.bits to 128, 256 or 512, not " + asked;
  }

  private static final VectorShape SHAPE = VectorShape.forBitSize(BITS);

  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SHAPE);
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);

  /** As many shorts as {@link #FLOATS} has floats. */
  static final VectorSpecies<Short> SHORTS =
      switch (BITS) {
        case 128 -> ShortVector.SPECIES_64;
        case 256 -> ShortVector.SPECIES_128;
        default -> ShortVector.SPECIES_256;
      };

  /** Bytes for {@link #BYTE_PARTS} vectors of floats. */
  static final VectorSpecies<Byte> BYTES =
      BITS == 512 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  /** How many vectors of floats one vector of {@link #BYTES} widens to. */
  static final int BYTE_PARTS = BYTES.length() / FLOATS.length();

  private VectorWidth() {}
}
