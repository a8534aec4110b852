"""Makes models of GLM-4.1V's architecture that say what they are told to. Run by an engine's own Python.

    python tests/engine/tiny.py FOLDER           writes FOLDER/brief, FOLDER/endless and FOLDER/talkative, ready for
                                                 `transformers serve`
    python tests/engine/tiny.py FOLDER --full    writes FOLDER/talkative in the 9B model's true shape (20 GB), for
                                                 measuring on a GPU

All weights are random, but the last step is a table: the layers whisper beside the residual stream, so what is read
out is the newest token, and each token of a script is followed by the next one. Pictures go through a real processor
and a real vision tower, and cost the prompt tokens that they cost in the 9B model.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    Glm4vConfig,
    Glm4vForConditionalGeneration,
    Glm4vImageProcessor,
    Glm4vProcessor,
    Glm4vVideoProcessor,
    PreTrainedTokenizerFast,
)

SPECIAL = (
    "[gMASK]", "<sop>", "<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>",
    "<|begin_of_image|>", "<|image|>", "<|end_of_image|>", "<|begin_of_video|>", "<|video|>", "<|end_of_video|>",
)  # fmt: skip
BEGIN, STOP = "\n", "<|user|>"
WAITS = ("<think>", "The page shows a form. ", "</think>", "<answer>", "I wait for it. ", "<|begin_of_box|>", "WAIT()")
ENDS = ("<|end_of_box|>", "\nMemory:\n", "[]")
BRIEF = (BEGIN, *WAITS, *ENDS, " And so on,", " and on it goes,", " And so on,")
"""Thinks in a sentence, answers, and then never ends."""
ENDLESS = (
    BEGIN,
    "<think>",
    "Let me look at the page once more. ",
    "Or is it another? ",
    "Let me look at the page once more. ",
)
DONE = ("</think>", "<answer>", "It is done. ", "<|begin_of_box|>", "DONE(answer='42')", *ENDS, "</answer>", STOP)
"""Thinks for ever; where its thinking is closed for it, it is done."""
TALKATIVE = (
    BEGIN, "<think>", *(f" part {n}," for n in range(400)), *WAITS[2:], *ENDS,
    *(f" as of {n}," for n in range(120)), "</answer>", STOP,
)  # fmt: skip
"""Thinks in 400 tokens, answers in 9, and explains itself in 120 more; each is as short as real ones are."""
SCRIPTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "brief": (BRIEF,), "endless": (ENDLESS, DONE), "talkative": (TALKATIVE,),
}  # fmt: skip
TINY_TEXT = {
    "hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 65536,
    "rope_parameters": {
        "rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 3, 3], "partial_rotary_factor": 1.0,
    },
}  # fmt: skip
TINY_VISION = {"depth": 1, "hidden_size": 32, "num_heads": 2, "out_hidden_size": 64, "intermediate_size": 32}
FULL_TEXT = {
    "vocab_size": 151552, "max_position_embeddings": 65536,
    "rope_parameters": {
        "rope_type": "default", "rope_theta": 10000.0, "mrope_section": [8, 12, 12], "partial_rotary_factor": 0.5,
    },
}  # fmt: skip

TEMPLATE = """[gMASK]<sop>
{%- for message in messages %}<|{{ message.role }}|>
{% if message.content is string %}{{ message.content }}{% else %}
{%- for part in message.content %}
{%- if part.type == 'image' %}<|begin_of_image|><|image|><|end_of_image|>{% else %}{{ part.text }}{% endif %}
{%- endfor %}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|assistant|>
{% if enable_thinking is defined and not enable_thinking %}<think></think>{% endif %}
{%- endif %}"""


def tokenizer_of(scripts: tuple[tuple[str, ...], ...]) -> PreTrainedTokenizerFast:
    """One token for each byte, and one for each piece of the scripts."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bytewise = Tokenizer(models.BPE(vocab={char: n for n, char in enumerate(alphabet)}, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bytewise.decoder = decoders.ByteLevel()
    bytewise.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    pieces = dict.fromkeys(piece for script in scripts for piece in script if piece not in (BEGIN, *SPECIAL))
    bytewise.add_tokens([AddedToken(piece, special=False, normalized=False) for piece in pieces])
    return PreTrainedTokenizerFast(
        tokenizer_object=bytewise, eos_token=STOP, pad_token="<|endoftext|>", image_token="<|image|>",
        video_token="<|video|>", clean_up_tokenization_spaces=False,
    )  # fmt: skip


def make(folder: Path, scripts: tuple[tuple[str, ...], ...], *, full: bool) -> None:
    """Write a model, its tokenizer and its processor."""
    torch.manual_seed(0)
    tokenizer = tokenizer_of(scripts)

    def number(token: str) -> int:
        (found,) = tokenizer.encode(token)
        return int(found)

    text = {"vocab_size": len(tokenizer), **TINY_TEXT} if not full else FULL_TEXT
    config = Glm4vConfig(
        text_config={**text, "pad_token_id": tokenizer.pad_token_id, "eos_token_id": tokenizer.eos_token_id},
        vision_config=TINY_VISION if not full else {},
        image_token_id=number("<|image|>"), video_token_id=number("<|video|>"),
        image_start_token_id=number("<|begin_of_image|>"), image_end_token_id=number("<|end_of_image|>"),
        video_start_token_id=number("<|begin_of_video|>"), video_end_token_id=number("<|end_of_video|>"),
    )  # fmt: skip
    # ten thousand million random numbers are made where they will be used, in the precision that they are used in
    with torch.device("cuda" if full else "cpu"):
        torch.set_default_dtype(torch.bfloat16 if full else torch.float32)
        model = Glm4vForConditionalGeneration(config).eval()
    with torch.no_grad():
        embedded = model.get_input_embeddings().weight
        embedded.normal_(0, 1)
        for layer in model.model.language_model.layers:
            layer.post_self_attn_layernorm.weight.mul_(0.01)
            layer.post_mlp_layernorm.weight.mul_(0.01)
        table = model.get_output_embeddings().weight
        table.mul_(0.01)
        for script in scripts:
            for token, following in pairwise(script):
                table[number(following)] += embedded[number(token)]
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)
    Glm4vProcessor(
        image_processor=Glm4vImageProcessor(), tokenizer=tokenizer, video_processor=Glm4vVideoProcessor(),
        chat_template=TEMPLATE,
    ).save_pretrained(folder)  # fmt: skip


if __name__ == "__main__":
    whole = "--full" in sys.argv[2:]
    for name, scripts in SCRIPTS.items():
        if name == "talkative" or not whole:
            make(Path(sys.argv[1]) / name, scripts, full=whole)
