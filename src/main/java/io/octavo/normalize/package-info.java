/**
 * Normalizations, a small class each: of tokens ({@link io.octavo.normalize.Normalization}) and of
 * the channels of images ({@link io.octavo.normalize.ImageNormalization}).
 */
@NullMarked
package io.octavo.normalize;

import org.jspecify.annotations.NullMarked;
