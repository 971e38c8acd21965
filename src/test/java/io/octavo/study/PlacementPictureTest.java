package io.octavo.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The picture in the documentation is the one that the descriptors give. */
class PlacementPictureTest {
  @Test
  void thePictureShowsWhatLoads() {
    assertThat(Path.of("docs/img/placements.svg"))
        .as("if the change is meant: mvn -q test-compile exec:exec@placements")
        .hasContent(PlacementPicture.svg());
  }
}
