/** Machine code: its encoding against an independent assembler's, and its behaviour. */
@org.jspecify.annotations.NullMarked
package io.octavo.kernel.x86;
