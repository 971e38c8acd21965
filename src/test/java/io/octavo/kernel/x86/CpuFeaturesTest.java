package io.octavo.kernel.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the processor says of itself, beside what Linux says of it, and made-up processors. */
@Tag("core")
class CpuFeaturesTest {
  private static final long OSXSAVE_AVX_FMA_F16C = 1 << 27 | 1 << 28 | 1 << 12 | 1 << 29;
  private static final long AVX2 = 1 << 5;
  private static final long AVX512 = 1L << 16 | 1L << 17 | 1L << 30 | 1L << 31;

  @Test
  void agreesWithLinux() throws IOException {
    CpuFeatures features = MachineSupport.current().features();
    assumeThat(features).isNotNull();
    Set<String> flags = new HashSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("flags")) {
        flags.addAll(Arrays.asList(line.substring(line.indexOf(':') + 1).trim().split(" ")));
        break;
      }
    }
    assertThat(features)
        .isEqualTo(
            new CpuFeatures(
                flags.contains("avx2") && flags.contains("fma"),
                flags.contains("f16c"),
                flags.contains("avx_vnni"),
                flags.containsAll(Set.of("avx512f", "avx512bw", "avx512dq", "avx512vl")),
                flags.contains("avx512_vnni")));
  }

  @Test
  void theSystemHasToSaveTheRegisters() {
    assertThat(of(7, OSXSAVE_AVX_FMA_F16C, AVX2 | AVX512, 1 << 11, 1 << 4, 0xE7))
        .isEqualTo(new CpuFeatures(true, true, true, true, true));
    assertThat(of(7, OSXSAVE_AVX_FMA_F16C, AVX2 | AVX512, 1 << 11, 1 << 4, 0x7))
        .isEqualTo(new CpuFeatures(true, true, true, false, false));
    assertThat(of(7, OSXSAVE_AVX_FMA_F16C, AVX2 | AVX512, 1 << 11, 1 << 4, 0x3))
        .isEqualTo(new CpuFeatures(false, false, false, false, false));
    assertThat(of(7, 1 << 28, AVX2, 0, 0, 0xE7))
        .isEqualTo(new CpuFeatures(false, false, false, false, false));
  }

  @Test
  void oldProcessorsHaveFewerLeaves() {
    assertThat(of(6, OSXSAVE_AVX_FMA_F16C, AVX2, 0, 0, 0x7).avx2()).isFalse();
    assertThat(of(7, OSXSAVE_AVX_FMA_F16C, AVX2, 0, 0, 0x7))
        .isEqualTo(new CpuFeatures(true, true, false, false, false));
  }

  private static CpuFeatures of(
      long last, long features, long extended, long byteProducts, long subleaf, long state) {
    return CpuFeatures.of(
        new CpuFeatures.Processor() {
          @Override
          public long[] cpuid(int leaf, int sub) {
            return switch (leaf) {
              case 0 -> new long[] {last, 0, 0, 0};
              case 1 -> new long[] {0, 0, features, 0};
              case 7 ->
                  sub == 0
                      ? new long[] {subleaf == 0 ? 0 : 1, extended, byteProducts, 0}
                      : new long[] {subleaf, 0, 0, 0};
              default -> throw new AssertionError("leaf " + leaf);
            };
          }

          @Override
          public long xgetbv() {
            assertThat(features & 1 << 27).isNotZero();
            return state;
          }
        });
  }
}
