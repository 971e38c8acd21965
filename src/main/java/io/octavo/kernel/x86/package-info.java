/**
 * Machine code written by Java: an assembler for the instructions that the kernels need, memory it
 * is executed from, and the kernels. Linux on x86-64 only; see docs/machine-code.md.
 */
@org.jspecify.annotations.NullMarked
package io.octavo.kernel.x86;
