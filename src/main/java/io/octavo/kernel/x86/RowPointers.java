package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R10;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RBX;

/**
 * Up to six rows at the same place: rbx points into the first, r10 into the fourth, and rax holds
 * the bytes from row to row.
 *
 * @param rows at least one
 */
record RowPointers(int rows) {
  private static final int ROWS_OF_POINTER = 3;

  /** Sets the second pointer. */
  void begin(Assembler code) {
    if (rows > ROWS_OF_POINTER) {
      code.lea(R10, at(RBX, RAX, 2));
      code.add(R10, RAX);
    }
  }

  /** Moves on in every row. */
  void step(Assembler code, int bytes) {
    code.add(RBX, bytes);
    if (rows > ROWS_OF_POINTER) {
      code.add(R10, bytes);
    }
  }

  /** Where a row is. */
  static Address address(int row) {
    Register base = row < ROWS_OF_POINTER ? RBX : R10;
    return row % ROWS_OF_POINTER == 0 ? at(base) : at(base, RAX, row % ROWS_OF_POINTER);
  }

  /** Moves a pointer over as many strides as there are rows. */
  void advance(Assembler code, Register pointer, Register stride) {
    for (int scale = 4; scale >= 1; scale /= 2) {
      if ((rows & scale) == 0) {
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
