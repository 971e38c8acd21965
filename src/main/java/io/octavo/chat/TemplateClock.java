package io.octavo.chat;

import io.octavo.error.CheckpointException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Python's {@code strftime}, in English. */
final class TemplateClock {
  private TemplateClock() {}

  /**
   * A date as a format has it.
   *
   * @param file the template's, for messages
   */
  static String format(String file, ZonedDateTime time, String format) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        text.append(c);
        continue;
      }
      String code = i + 1 < format.length() ? format.substring(++i, i + 1) : "";
      String pattern =
          switch (code) {
            case "%" -> "'%'";
            case "d" -> "dd";
            case "e" -> "ppd";
            case "m" -> "MM";
            case "b", "h" -> "MMM";
            case "B" -> "MMMM";
            case "y" -> "yy";
            case "Y" -> "yyyy";
            case "H" -> "HH";
            case "I" -> "hh";
            case "M" -> "mm";
            case "S" -> "ss";
            case "p" -> "a";
            case "a" -> "EEE";
            case "A" -> "EEEE";
            case "j" -> "DDD";
            case "F" -> "yyyy-MM-dd";
            case "T" -> "HH:mm:ss";
            default ->
                throw new CheckpointException(
                    file, "", "asks for the date with '%" + code + "', which is not supported");
          };
      text.append(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time));
    }
    return text.toString();
  }
}
