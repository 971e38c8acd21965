package io.octavo;

import io.octavo.load.Checkpoint;
import io.octavo.tensor.NativeMemory;
import org.jspecify.annotations.Nullable;

/**
 * What a model holds outside of the heap.
 *
 * @param weights the memory of its weights, and of the files of its tokenizer
 * @param checkpoint the file that outlier columns are read from; null where none are
 */
record LoadedMemory(NativeMemory weights, @Nullable Checkpoint checkpoint)
    implements AutoCloseable {
  @Override
  public void close() {
    weights.close();
    if (checkpoint != null) {
      checkpoint.close();
    }
  }
}
