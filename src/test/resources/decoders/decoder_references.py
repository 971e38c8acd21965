"""Writes the small random decoders that DecoderReferenceTest reads, with the logits that the
transformers library computes for them in double precision.

    pip install torch transformers safetensors
    python decoder_references.py .

Each model has a config.json as the library saves it, a few thousand weights of half precision, and
reference.json with token ids and all their logits. Weights are rounded to half before the logits
are computed, so that what the file holds is exact.
"""

import json
import os
import sys

import torch
import transformers as t

torch.manual_seed(20)
IDS = 61
COMMON = dict(vocab_size=IDS, pad_token_id=0, bos_token_id=1, eos_token_id=2)
LLAMA = dict(
    hidden_size=32,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=256,
    **COMMON,
)


def rope(kind, **more):
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=10000.0, **more))


MODELS = {
    "llama": (t.LlamaForCausalLM, t.LlamaConfig(**LLAMA, attention_bias=True, mlp_bias=True)),
    "llama3": (
        t.LlamaForCausalLM,
        t.LlamaConfig(
            **LLAMA,
            head_dim=16,
            tie_word_embeddings=True,
            **rope(
                "llama3",
                factor=8.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=64,
            ),
        ),
    ),
    "llama-yarn": (
        t.LlamaForCausalLM,
        t.LlamaConfig(**LLAMA, **rope("yarn", factor=4.0, original_max_position_embeddings=64)),
    ),
    "llama-linear": (t.LlamaForCausalLM, t.LlamaConfig(**LLAMA, **rope("linear", factor=4.0))),
    "mistral": (t.MistralForCausalLM, t.MistralConfig(**LLAMA, sliding_window=20)),
    "qwen2": (
        t.Qwen2ForCausalLM,
        t.Qwen2Config(**LLAMA, use_sliding_window=True, sliding_window=24, max_window_layers=1),
    ),
    "qwen3": (t.Qwen3ForCausalLM, t.Qwen3Config(**LLAMA, head_dim=16)),
    "olmo2": (t.Olmo2ForCausalLM, t.Olmo2Config(**LLAMA)),
    "gemma2": (
        t.Gemma2ForCausalLM,
        t.Gemma2Config(
            **LLAMA,
            head_dim=16,
            query_pre_attn_scalar=24,
            sliding_window=16,
            attn_logit_softcapping=2.0,
            final_logit_softcapping=3.0,
        ),
    ),
    "gemma3": (
        t.Gemma3ForCausalLM,
        t.Gemma3TextConfig(
            **{**LLAMA, "num_hidden_layers": 6},
            head_dim=8,
            query_pre_attn_scalar=12,
            sliding_window=16,
            rope_parameters={
                "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
                "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
            },
        ),
    ),
    "phi3": (
        t.Phi3ForCausalLM,
        t.Phi3Config(
            **{**LLAMA, "max_position_embeddings": 512},
            sliding_window=50,
            original_max_position_embeddings=128,
            rope_parameters=dict(
                rope_type="longrope",
                rope_theta=10000.0,
                short_factor=[1.0, 1.1, 1.3, 1.6],
                long_factor=[1.2, 2.0, 3.5, 4.0],
            ),
        ),
    ),
    "gpt2": (
        t.GPT2LMHeadModel,
        t.GPT2Config(n_embd=32, n_layer=2, n_head=4, n_positions=256, n_inner=40, **COMMON),
    ),
    "gptj": (
        t.GPTJForCausalLM,
        t.GPTJConfig(n_embd=32, n_layer=2, n_head=2, n_positions=256, rotary_dim=8, **COMMON),
    ),
    "codegen": (
        t.CodeGenForCausalLM,
        t.CodeGenConfig(n_embd=32, n_layer=2, n_head=4, n_positions=256, rotary_dim=4, **COMMON),
    ),
    "gpt-neox": (
        t.GPTNeoXForCausalLM,
        t.GPTNeoXConfig(
            hidden_size=32,
            intermediate_size=40,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=256,
            **COMMON,
            **rope("default", partial_rotary_factor=0.25),
        ),
    ),
    "gpt-neox-sequential": (
        t.GPTNeoXForCausalLM,
        t.GPTNeoXConfig(
            hidden_size=32,
            intermediate_size=40,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=256,
            use_parallel_residual=False,
            attention_bias=False,
            **COMMON,
            **rope("default", partial_rotary_factor=0.5),
        ),
    ),
    "opt-350m": (
        t.OPTForCausalLM,
        t.OPTConfig(
            hidden_size=32,
            ffn_dim=40,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=256,
            word_embed_proj_dim=24,
            do_layer_norm_before=False,
            **COMMON,
        ),
    ),
    "opt-without-biases": (
        t.OPTForCausalLM,
        t.OPTConfig(
            hidden_size=32,
            ffn_dim=40,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=256,
            enable_bias=False,
            activation_function="gelu",
            **COMMON,
        ),
    ),
    "bloom": (t.BloomForCausalLM, t.BloomConfig(hidden_size=36, n_layer=2, n_head=6, **COMMON)),
    "bloom-normalized-residual": (
        t.BloomForCausalLM,
        t.BloomConfig(
            hidden_size=36,
            n_layer=2,
            n_head=3,
            apply_residual_connection_post_layernorm=True,
            **COMMON,
        ),
    ),
}


def main(folder):
    for name, (kind, config) in MODELS.items():
        config._attn_implementation = "eager"
        model = kind(config).double().eval()
        with torch.no_grad():
            for tensor_name, tensor in model.named_parameters():
                small = tensor_name.endswith("bias") or tensor.dim() == 1
                base = 0.0 if not small or tensor_name.endswith("bias") else float(tensor.mean())
                scale = 0.2 if small else 0.25
                tensor.copy_((base + scale * torch.randn_like(tensor)).half().double())
            ids = torch.randint(0, IDS, (1, 140))
            short = model(ids[:, :100]).logits[0]
            long = model(ids).logits[0]
        target = os.path.join(folder, name)
        model.half().save_pretrained(target)
        for extra in ("generation_config.json",):
            path = os.path.join(target, extra)
            if os.path.exists(path):
                os.remove(path)
        reference = {
            "ids": ids[0].tolist(),
            "logits_of_first_100": {
                str(i): [round(v, 9) for v in short[i].tolist()] for i in (0, 1, 17, 63, 64, 99)
            },
            "logits_of_all": {
                str(i): [round(v, 9) for v in long[i].tolist()] for i in (16, 65, 128, 139)
            },
        }
        with open(os.path.join(target, "reference.json"), "w") as file:
            json.dump(reference, file, indent=0)
            file.write("\n")
        print(name, sum(p.numel() for p in model.parameters()), float(long.abs().max()))


if __name__ == "__main__":
    main(sys.argv[1])
