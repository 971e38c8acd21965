package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.RCX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RDX;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.VectorInstruction.VADDPS;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VDIVPS;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD213PS;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD231PS;
import static io.octavo.kernel.x86.VectorInstruction.VFNMADD231PS;
import static io.octavo.kernel.x86.VectorInstruction.VMAXPS;
import static io.octavo.kernel.x86.VectorInstruction.VMINPS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVAPS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;
import static io.octavo.kernel.x86.VectorInstruction.VPANDD;
import static io.octavo.kernel.x86.VectorInstruction.VPORD;
import static io.octavo.kernel.x86.VectorInstruction.VPXORD;
import static io.octavo.kernel.x86.VectorInstruction.VSCALEFPS;
import static io.octavo.kernel.x86.VectorInstruction.VSUBPS;
import static io.octavo.kernel.x86.VectorRegister.zmm;

import io.octavo.kernel.Activation;
import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.NormalTail;
import io.octavo.kernel.RationalTanh;
import io.octavo.kernel.ScalarActivation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@link ScalarActivation} with 512 bits, operation by operation; minima and maxima give their
 * second operand where one is NaN, so that stands second which has to survive.
 *
 * <p>The code takes rdi x, rsi the factors of a gate or x again, rdx {@link #constants}; as numbers
 * whole vectors, the mask of the rest, and the offsets of x and the factors in bytes.
 */
record ActivationCode(Activation activation, boolean gated) {
  /** Predicates of comparisons: not less than or not a number, less than, above. */
  private static final int NOT_LESS = 21;

  private static final int LESS = 17;
  private static final int ABOVE = 30;

  private static final int SELECTED = 2;
  private static final VectorRegister X = zmm(0);
  private static final VectorRegister A = zmm(1);
  private static final VectorRegister Z = zmm(2);
  private static final VectorRegister N = zmm(3);
  private static final VectorRegister E = zmm(4);
  private static final VectorRegister P = zmm(5);
  private static final VectorRegister Q = zmm(6);
  private static final VectorRegister RESULT = zmm(7);
  private static final VectorRegister ZERO = zmm(20);
  private static final VectorRegister LIMIT = zmm(21);

  /** A number behind the exponential's. */
  private enum Constant {
    MAGNITUDE(0, Float.intBitsToFloat(Integer.MAX_VALUE)),
    SIGN(1, -0f),
    SMALLEST_DECAY(2, ExtendedExp.SMALLEST_DECAY),
    MINUS_HALF(3, -0.5f),
    TAIL_LARGEST(4, NormalTail.LARGEST),
    TAIL_BEYOND(5, NormalTail.BEYOND),
    TAIL_P0(6, NormalTail.P0),
    TAIL_P1(7, NormalTail.P1),
    TAIL_P2(8, NormalTail.P2),
    TAIL_P3(9, NormalTail.P3),
    TAIL_P4(10, NormalTail.P4),
    TAIL_Q1(11, NormalTail.Q1),
    TAIL_Q2(12, NormalTail.Q2),
    TAIL_Q3(13, NormalTail.Q3),
    TAIL_Q4(14, NormalTail.Q4),
    TAIL_Q5(15, NormalTail.Q5),
    TANH_LARGEST(16, RationalTanh.LARGEST),
    TANH_P1(17, RationalTanh.P1),
    TANH_P2(18, RationalTanh.P2),
    TANH_P3(19, RationalTanh.P3),
    TANH_P4(20, RationalTanh.P4),
    TANH_Q1(21, RationalTanh.Q1),
    TANH_Q2(22, RationalTanh.Q2),
    TANH_Q3(23, RationalTanh.Q3),
    TANH_Q4(24, RationalTanh.Q4),
    SIGMOID_LIMIT(25, ScalarActivation.SIGMOID_LIMIT),
    ONE(26, 1f),
    NOTHING(27, 0f),
    GELU_TANH_LINEAR(28, ScalarActivation.GELU_TANH_LINEAR),
    GELU_TANH_CUBIC(29, ScalarActivation.GELU_TANH_CUBIC),
    QUICK_GELU_LINEAR(30, ScalarActivation.QUICK_GELU_LINEAR);

    private final int position;
    private final float value;

    Constant(int position, float value) {
      this.position = position;
      this.value = value;
    }

    Address one() {
      return at(RDX, (ExponentialCode.constants().length + position) * Float.BYTES);
    }

    Address all() {
      return one().toAll();
    }
  }

  /** The numbers that the code reads. */
  static float[] constants() {
    float[] exponential = ExponentialCode.constants();
    float[] all = Arrays.copyOf(exponential, exponential.length + Constant.values().length);
    for (Constant constant : Constant.values()) {
      all[exponential.length + constant.position] = constant.value;
    }
    return all;
  }

  /** Every function, and then every function of a gate. */
  static List<MachineCode> all() {
    List<MachineCode> code = new ArrayList<>();
    for (boolean gated : new boolean[] {false, true}) {
      for (Activation activation : Activation.values()) {
        code.add(new ActivationCode(activation, gated).code());
      }
    }
    return code;
  }

  MachineCode code() {
    Assembler code = new Assembler("activation-" + activation + (gated ? "-gated" : ""));
    code.mov(RCX, NativeCall.number(0, 0));
    code.mov(R8, NativeCall.number(1, 0));
    code.add(RDI, NativeCall.number(2, 0));
    code.add(RSI, NativeCall.number(3, 0));
    ExponentialCode.begin(code, RDX);
    code.op(VPXORD, ZERO, ZERO, ZERO);
    Constant limit = activation == Activation.TANH ? Constant.TANH_LARGEST : Constant.SIGMOID_LIMIT;
    code.op(VBROADCASTSS, LIMIT, limit.one());
    RowLoop.write(code, RCX, R8, rest -> turn(code, rest), RDI, RSI);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  private void turn(Assembler code, boolean rest) {
    code.op(VMOVUPS, rest ? X.zeroed(RowLoop.REST) : X, at(RDI));
    code.op(VPANDD, A, X, Constant.MAGNITUDE.all());
    switch (activation) {
      case GELU_ERF -> geluErf(code);
      case GELU_TANH -> timesSigmoid(code, Constant.GELU_TANH_LINEAR, Constant.GELU_TANH_CUBIC);
      case QUICK_GELU -> timesSigmoid(code, Constant.QUICK_GELU_LINEAR, Constant.NOTHING);
      case SILU -> timesSigmoid(code, Constant.ONE, Constant.NOTHING);
      case RELU -> code.op(VMAXPS, RESULT, ZERO, X);
      case RELU_SQUARED -> {
        code.op(VMAXPS, RESULT, ZERO, X);
        code.op(VMULPS, RESULT, RESULT, RESULT);
      }
      case SIGMOID -> sigmoid(code);
      case TANH -> tanh(code);
    }
    if (gated) {
      code.op(VMOVUPS, rest ? X.zeroed(RowLoop.REST) : X, at(RSI));
      code.op(VMULPS, RESULT, RESULT, X);
    }
    code.vmovups(rest ? at(RDI).masked(RowLoop.REST) : at(RDI), RESULT);
  }

  /** {@code e = exp(z)} for z of at most 0. */
  private static void decay(Assembler code) {
    code.vcmpps(SELECTED, Z, Constant.SMALLEST_DECAY.all(), NOT_LESS);
    ExponentialCode.split(code, Z, E, N);
    code.op(VSCALEFPS, E.zeroed(SELECTED), E, N);
  }

  /** {@code result = max(x, 0) - a * e}. */
  private static void subtractTail(Assembler code) {
    code.op(VMAXPS, RESULT, ZERO, X);
    code.op(VFNMADD231PS, RESULT, A, E);
  }

  private static void geluErf(Assembler code) {
    code.vcmpps(SELECTED, A, Constant.TAIL_LARGEST.all(), ABOVE);
    code.op(VBROADCASTSS, A.merged(SELECTED), Constant.TAIL_BEYOND.one());
    polynomial(
        code,
        P,
        A,
        Constant.TAIL_P4,
        Constant.TAIL_P3,
        Constant.TAIL_P2,
        Constant.TAIL_P1,
        Constant.TAIL_P0);
    polynomial(
        code,
        Q,
        A,
        Constant.TAIL_Q5,
        Constant.TAIL_Q4,
        Constant.TAIL_Q3,
        Constant.TAIL_Q2,
        Constant.TAIL_Q1,
        Constant.ONE);
    code.op(VMULPS, Z, A, A);
    code.op(VMULPS, Z, Z, Constant.MINUS_HALF.all());
    decay(code);
    code.op(VDIVPS, P, P, Q);
    code.op(VMULPS, E, E, P);
    subtractTail(code);
  }

  private static void timesSigmoid(Assembler code, Constant linear, Constant cubic) {
    code.op(VMINPS, A, LIMIT, A);
    code.op(VMULPS, Q, A, A);
    code.op(VBROADCASTSS, P, linear.one());
    code.op(VFMADD231PS, P, Q, cubic.all());
    code.op(VMULPS, Z, A, P);
    code.op(VPXORD, Z, Z, Constant.SIGN.all());
    sigmoidTail(code);
    subtractTail(code);
  }

  /** {@code e = exp(z) / (1 + exp(z))}. */
  private static void sigmoidTail(Assembler code) {
    decay(code);
    code.op(VADDPS, N, E, ExponentialCode.ONE);
    code.op(VDIVPS, E, E, N);
  }

  private static void sigmoid(Assembler code) {
    code.op(VMINPS, A, LIMIT, A);
    code.op(VPXORD, Z, A, Constant.SIGN.all());
    sigmoidTail(code);
    code.op(VSUBPS, RESULT, ExponentialCode.ONE, E);
    code.vcmpps(SELECTED, X, ZERO, LESS);
    code.op(VMOVAPS, RESULT.merged(SELECTED), E);
  }

  private static void tanh(Assembler code) {
    code.op(VMINPS, A, LIMIT, A);
    code.op(VMULPS, Z, A, A);
    polynomial(
        code,
        P,
        Z,
        Constant.TANH_P4,
        Constant.TANH_P3,
        Constant.TANH_P2,
        Constant.TANH_P1,
        Constant.ONE);
    polynomial(
        code,
        Q,
        Z,
        Constant.TANH_Q4,
        Constant.TANH_Q3,
        Constant.TANH_Q2,
        Constant.TANH_Q1,
        Constant.ONE);
    code.op(VMULPS, RESULT, A, P);
    code.op(VDIVPS, RESULT, RESULT, Q);
    code.op(VMINPS, RESULT, ExponentialCode.ONE, RESULT);
    code.op(VPANDD, X, X, Constant.SIGN.all());
    code.op(VPORD, RESULT, RESULT, X);
  }

  /** From the highest power to the constant term. */
  private static void polynomial(
      Assembler code, VectorRegister sum, VectorRegister x, Constant... coefficients) {
    code.op(VBROADCASTSS, sum, coefficients[1].one());
    code.op(VFMADD231PS, sum, x, coefficients[0].all());
    for (int i = 2; i < coefficients.length; i++) {
      code.op(VFMADD213PS, sum, x, coefficients[i].all());
    }
  }
}
