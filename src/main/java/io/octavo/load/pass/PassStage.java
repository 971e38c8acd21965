package io.octavo.load.pass;

/** The order of passes; a pass of a stage may assume that those before it are done. */
public enum PassStage {
  /** Stored weights become those of a forward pass. */
  MATERIALIZE,
  /** Gains and fixed norms go into their neighbours. */
  FOLD,
  /** The head gets weights of its own. */
  UNTIE,
  /** LayerNorm becomes RMSNorm. */
  CENTRE,
  /** The weights of norms go into what reads them. */
  FOLD_NORM_WEIGHTS,
  /** The stream loses its last feature. */
  COMPRESS
}
