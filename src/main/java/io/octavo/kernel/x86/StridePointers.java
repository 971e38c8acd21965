package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R10;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RBX;

/**
 * Up to six places at the same distance from each other, such as rows or panels: rbx points at the
 * first, r10 at the fourth, and rax holds the bytes from one to the next.
 *
 * @param places at least one
 */
record StridePointers(int places) {
  private static final int PLACES_OF_POINTER = 3;

  /** Sets the second pointer. */
  void begin(Assembler code) {
    if (places > PLACES_OF_POINTER) {
      code.lea(R10, at(RBX, RAX, 2));
      code.add(R10, RAX);
    }
  }

  /** Moves on in every place. */
  void step(Assembler code, int bytes) {
    code.add(RBX, bytes);
    if (places > PLACES_OF_POINTER) {
      code.add(R10, bytes);
    }
  }

  /** Where a place is. */
  static Address address(int place) {
    Register base = place < PLACES_OF_POINTER ? RBX : R10;
    int strides = place % PLACES_OF_POINTER;
    return strides == 0 ? at(base) : at(base, RAX, strides);
  }

  /** Moves a pointer over as many strides as there are places. */
  void advance(Assembler code, Register pointer, Register stride) {
    for (int scale = 4; scale >= 1; scale /= 2) {
      if ((places & scale) == 0) {
        continue;
      }
      if (scale == 1) {
        code.add(pointer, stride);
      } else {
        code.lea(pointer, at(pointer, stride, scale));
      }
    }
  }
}
