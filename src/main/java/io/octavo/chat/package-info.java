/** Conversations as the text that a model was trained on: chat templates. */
@NullMarked
package io.octavo.chat;

import org.jspecify.annotations.NullMarked;
