package io.octavo.kernel.x86;

import org.jspecify.annotations.Nullable;

/**
 * An operand in memory, {@code [base + scale * index + displacement]}.
 *
 * @param base a register
 * @param index a register other than rsp, or null for none
 * @param scale 1, 2, 4 or 8
 * @param displacement in bytes
 * @param broadcast whether one element is read for all elements of the vector
 * @param mask number of the mask register that selects what is stored, 0 for all
 */
record Address(
    Register base,
    @Nullable Register index,
    int scale,
    int displacement,
    boolean broadcast,
    int mask)
    implements Operand {

  static Address at(Register base) {
    return new Address(base, null, 1, 0, false, 0);
  }

  static Address at(Register base, int displacement) {
    return new Address(base, null, 1, displacement, false, 0);
  }

  static Address at(Register base, Register index, int scale) {
    return new Address(base, index, scale, 0, false, 0);
  }

  /** So many bytes further. */
  Address plus(int bytes) {
    return new Address(base, index, scale, displacement + bytes, broadcast, mask);
  }

  /** One float or int for all elements of the vector. */
  Address toAll() {
    return new Address(base, index, scale, displacement, true, mask);
  }

  /** Stores only the elements that a mask register selects. */
  Address masked(int byMask) {
    return new Address(base, index, scale, displacement, broadcast, byMask);
  }

  @Override
  public boolean zeroing() {
    return false;
  }

  @Override
  public boolean wide() {
    return broadcast;
  }

  @Override
  public int high() {
    return base.high();
  }

  @Override
  public int highest() {
    return index == null ? 0 : index.high();
  }

  /** As in assembly, without what belongs to an instruction: broadcast and mask. */
  String location() {
    StringBuilder text = new StringBuilder("[").append(base);
    if (index != null) {
      text.append('+').append(index).append('*').append(scale);
    }
    if (displacement != 0) {
      text.append(displacement < 0 ? "-" : "+").append(Math.abs(displacement));
    }
    return text.append(']').toString();
  }

  @Override
  public String toString() {
    return location() + (mask == 0 ? "" : "{k" + mask + "}");
  }
}
