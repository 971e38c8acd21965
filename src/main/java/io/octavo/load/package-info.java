/** From files to models: checkpoints, model families, load options. */
@NullMarked
package io.octavo.load;

import org.jspecify.annotations.NullMarked;
