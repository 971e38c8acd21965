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
  /** Bits of the widest vector this machine and JVM have. */
  public static final int WIDEST = Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize());

  /** Bits of a vector. */
  public static final int BITS;

  /** What to change where the width asked for is not served; else empty. */
  public static final String ADVICE;

  static {
    String asked = System.getProperty("octavo.vector.bits", "");
    int bits =
        switch (asked) {
          case "128" -> 128;
          case "256" -> 256;
          case "512" -> 512;
          default -> WIDEST;
        };
    // Wider vectors than the machine has would be emulated, an object each.
    BITS = Integer.highestOneBit(Math.max(128, Math.min(bits, WIDEST)));
    ADVICE =
        asked.isEmpty() || asked.equals(Integer.toString(BITS))
            ? ""
            : "drop -Doctavo.vector.bits=" + asked + ", which this machine does not serve";
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

  /** Shorts of a whole vector. */
  static final VectorSpecies<Short> WIDE_SHORTS = VectorSpecies.of(short.class, SHAPE);

  /** As many bytes as {@link #WIDE_SHORTS} has shorts. */
  static final VectorSpecies<Byte> HALF_BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(BITS / 2));

  /** Bytes for {@link #BYTE_PARTS} vectors of floats. */
  static final VectorSpecies<Byte> BYTES =
      BITS == 512 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  /** How many vectors of floats one vector of {@link #BYTES} widens to. */
  static final int BYTE_PARTS = BYTES.length() / FLOATS.length();

  private VectorWidth() {}
}
