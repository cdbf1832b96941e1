"""Stage one: the tokenizer, learnt from captions, and the text encoder, taught to know what a caption speaks of."""

from __future__ import annotations

import json

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from core.starter.captions import caption
from core.starter.run import Run, Stage
from core.starter.styles import STYLES
from core.starter.subjects import SUBJECTS
from core.starter.world import BACKGROUNDS, COLOURS, MOTIONS, Scene, random_scene

HEADS: dict[str, list[str | None]] = {
    "subject": list(SUBJECTS),
    "colour": [None, *COLOURS],
    "style": [None, *STYLES],
    "background": list(BACKGROUNDS),
    "motion": list(MOTIONS),
}
"""The facts of a scene that the text encoder is taught to read off its caption."""


def train_tokenizer(run: Run) -> None:
    """Byte-pair encoding in CLIP's format (256 bytes, the same at a word's end, merges, two specials)."""
    rng = run.rng(1)
    texts = [caption(random_scene(rng), rng) for _ in range(20_000)]
    raw = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    raw.normalizer = normalizers.Lowercase()
    raw.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.ByteLevel(False, use_regex=False)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=run.settings.vocabulary,
        end_of_word_suffix="</w>",
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    raw.train_from_iterator(texts, trainer)
    merges = [tuple(pair) for pair in json.loads(raw.to_str())["model"]["merges"]]
    symbols = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [*symbols, *(s + "</w>" for s in symbols), *("".join(m) for m in merges)]
    vocabulary = {token: k for k, token in enumerate(dict.fromkeys([*tokens, "<|startoftext|>", "<|endoftext|>"]))}
    tokenizer = CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=run.settings.tokens)
    tokenizer.save_pretrained(run.folder / "tokenizer")
    run.say("tokenizer", tokens=len(vocabulary))


def load_tokenizer(run: Run) -> CLIPTokenizer:
    """The run's tokenizer."""
    return CLIPTokenizer.from_pretrained(run.folder / "tokenizer")


def tokens_of(tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    """Token ids, (batch, tokens), padded and cut to the model's length."""
    return tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt").input_ids


def text_config(run: Run, width: int, layers: int) -> CLIPTextConfig:
    """A small CLIP text configuration for the run's tokenizer."""
    size = len(load_tokenizer(run))
    return CLIPTextConfig(
        vocab_size=size,
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        max_position_embeddings=run.settings.tokens,
        projection_dim=width // 2,
        hidden_act="quick_gelu",
        bos_token_id=size - 2,
        eos_token_id=size - 1,
        pad_token_id=size - 1,
    )


class _Reader(nn.Module):
    """The encoder with one linear head per fact; the heads are thrown away."""

    def __init__(self, encoder: CLIPTextModel) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.heads = nn.ModuleDict({name: nn.Linear(width, len(options)) for name, options in HEADS.items()})

    def loss(self, ids: Tensor, facts: dict[str, Tensor]) -> Tensor:
        """Cross-entropy of every fact, read at the end-of-text token and at the padding after it."""
        out = self.encoder(ids)
        places = torch.stack([out.pooler_output, out.last_hidden_state[:, -1]])
        return sum(
            (functional.cross_entropy(self.heads[name](place), facts[name]) for name in HEADS for place in places),
            start=torch.zeros(()),
        )


def facts_of(scenes: list[Scene]) -> dict[str, Tensor]:
    """Class indices of the scenes, one tensor per fact."""
    return {n: torch.tensor([o.index(getattr(s, n)) for s in scenes]) for n, o in HEADS.items()}


def train_text_encoder(run: Run) -> None:
    """Teach the encoder to read captions, then freeze it for good: every denoiser is trained against the same one."""
    settings, tokenizer, rng = run.settings, load_tokenizer(run), run.rng(2)
    torch.manual_seed(settings.seed)
    reader = _Reader(CLIPTextModel(text_config(run, settings.width, settings.layers)))
    stage = Stage(
        run, "text_encoder", reader, [(list(reader.parameters()), settings.text_rate)], settings.text_steps, 30
    )

    def loss_of(_: int) -> Tensor:
        scenes = [random_scene(rng) for _ in range(settings.text_batch)]
        ids = tokens_of(tokenizer, [caption(scene, rng) for scene in scenes])
        with run.precision():
            return reader.loss(ids, facts_of(scenes))

    stage.train(loss_of)
    stage.finish()
    reader.encoder.save_pretrained(run.folder / "text_encoder")
