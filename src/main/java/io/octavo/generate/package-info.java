/**
 * From a model's logits to text: sampling, stop conditions, streaming, log-probabilities, and the
 * likelihood of texts. What is needed of a model is {@link io.octavo.generate.TokenModel}.
 */
@NullMarked
package io.octavo.generate;

import org.jspecify.annotations.NullMarked;
