/** Int8 quantization: absmax, zeropoint, LLM.int8() and its options. */
@NullMarked
package io.octavo.quantize;

import org.jspecify.annotations.NullMarked;
