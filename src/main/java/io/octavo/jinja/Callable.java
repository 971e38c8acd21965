package io.octavo.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a template can call. */
@FunctionalInterface
public interface Callable {
  /**
   * Calls it.
   *
   * @param positional arguments without names: strings, longs, doubles, Booleans, lists, maps, null
   * @param named arguments with names
   */
  @Nullable Object call(List<@Nullable Object> positional, Map<String, @Nullable Object> named);
}
