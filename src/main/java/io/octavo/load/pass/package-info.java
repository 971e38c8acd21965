/**
 * Exact passes over weights while a model loads: what reparametrizes weights is computed, what is
 * linear is folded into its neighbours, LayerNorm becomes RMSNorm and CRMSNorm where that changes
 * nothing. Pure functions on {@link io.octavo.load.pass.Weights}, without a checkpoint; a {@link
 * io.octavo.load.pass.PassPipeline} holds their order and refuses what would change the model.
 */
@NullMarked
package io.octavo.load.pass;

import org.jspecify.annotations.NullMarked;
