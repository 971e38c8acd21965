package io.octavo.model;

import io.octavo.kernel.Activation;
import io.octavo.softmax.Softmax;

/** What turns a classifier's outputs into scores. */
public enum ScoreFunction {
  /** Nothing: the scores are the outputs. */
  NONE,
  /** Each by itself to a number from 0 to 1. */
  SIGMOID,
  /** Each by itself to a number from -1 to 1. */
  TANH,
  /** All together to numbers whose sum is 1. */
  SOFTMAX;

  /** Replaces the outputs of one text, or of one pair of texts, by their scores. */
  public void apply(float[] outputs) {
    switch (this) {
      case NONE -> {}
      case SIGMOID -> Activation.SIGMOID.apply(outputs);
      case TANH -> Activation.TANH.apply(outputs);
      case SOFTMAX -> Softmax.auto(outputs);
    }
  }
}
