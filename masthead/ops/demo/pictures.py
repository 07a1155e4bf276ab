"""The demo paper's illustrations: layered flat scenes in a few inks, drawn by this script and nothing else."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

W, H = 1600, 1067
Colour = tuple[int, int, int]
INK, PAPER = (24, 40, 52), (243, 234, 216)
SKIES: dict[str, tuple[Colour, Colour]] = {
    "dawn": ((238, 176, 132), (250, 230, 196)),
    "day": ((126, 174, 188), (228, 232, 214)),
    "dusk": ((52, 72, 104), (226, 146, 112)),
    "night": ((16, 26, 44), (50, 74, 98)),
    "storm": ((58, 72, 82), (148, 158, 156)),
    "warm": ((214, 148, 84), (246, 220, 170)),
}
SEA, SAND, BRICK, LEAF, OCHRE = (38, 96, 108), (206, 182, 140), (164, 78, 60), (70, 106, 84), (212, 158, 72)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Colour between `a` (0) and `b` (1)."""
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


class Sheet:
    """One picture being drawn."""

    def __init__(self, name: str, sky: str) -> None:
        self.dice = random.Random(name)
        self.top, self.low = SKIES[sky]
        self.image = Image.new("RGB", (W, H))
        self.pen = ImageDraw.Draw(self.image)
        for y in range(H):
            self.pen.line((0, y, W, y), fill=mix(self.top, self.low, min(1, y / (H * 0.72))))

    def disc(self, x: float, y: float, r: float, colour: Colour = (250, 236, 206)) -> None:
        self.pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def hills(self, y: float, height: float, colour: Colour, waves: int = 2) -> None:
        """A range of hills with its foot at the lower edge."""
        phase = [self.dice.uniform(0, 6.3) for _ in range(3)]
        points = [(x, y - height * self._wave(x, waves, phase)) for x in range(0, W + 20, 20)]
        self.pen.polygon([(0, H), *points, (W, H)], fill=colour)

    @staticmethod
    def _wave(x: int, waves: int, phase: list[float]) -> float:
        return 0.5 + 0.3 * math.sin(x / W * 6.3 * waves + phase[0]) + 0.2 * math.sin(x / W * 15 * waves + phase[1])

    def water(self, y: int, colour: Colour = SEA) -> None:
        """Water from `y` down, with broken strokes of light."""
        for line in range(y, H):
            self.pen.line((0, line, W, line), fill=mix(mix(colour, self.low, 0.35), mix(colour, INK, 0.35), (line - y) / (H - y)))
        for _ in range(90):
            at, x = self.dice.uniform(y + 6, H), self.dice.uniform(0, W)
            length = 20 + (at - y) * self.dice.uniform(0.1, 0.5)
            self.pen.line((x, at, x + length, at), fill=mix(colour, self.low, 0.55), width=2 + int((at - y) / 160))

    def block(self, x: float, y: float, w: float, h: float, colour: Colour, lit: int = 0) -> None:
        """A building with its foot at `y`; `lit` windows in ten are bright."""
        self.pen.rectangle((x, y - h, x + w, y), fill=colour)
        if lit:
            for wx in range(int(x) + 14, int(x + w) - 22, 34):
                for wy in range(int(y - h) + 18, int(y) - 30, 46):
                    on = self.dice.random() < lit / 10
                    self.pen.rectangle((wx, wy, wx + 14, wy + 22), fill=(248, 214, 140) if on else mix(colour, INK, 0.4))

    def gable(self, x: float, y: float, w: float, h: float, colour: Colour) -> None:
        self.block(x, y, w, h, colour, 3)
        self.pen.polygon([(x - 8, y - h), (x + w / 2, y - h - w * 0.42), (x + w + 8, y - h)], fill=mix(colour, INK, 0.5))

    def boat(self, x: float, y: float, s: float, colour: Colour = BRICK) -> None:
        self.pen.polygon([(x, y), (x + 200 * s, y), (x + 170 * s, y + 46 * s), (x + 26 * s, y + 46 * s)], fill=colour)
        self.pen.rectangle((x + 60 * s, y - 44 * s, x + 120 * s, y), fill=PAPER)
        self.pen.line((x + 140 * s, y, x + 140 * s, y - 130 * s), fill=INK, width=max(2, int(6 * s)))

    def tree(self, x: float, y: float, s: float, colour: Colour = LEAF) -> None:
        self.pen.line((x, y, x, y - 60 * s), fill=INK, width=max(2, int(9 * s)))
        self.disc(x, y - 90 * s, 52 * s, colour)

    def figure(self, x: float, y: float, s: float, colour: Colour = INK, lean: float = 0) -> None:
        """A person with their feet at `y`."""
        self.disc(x + lean, y - 120 * s, 15 * s, colour)
        self.pen.line((x + lean, y - 104 * s, x, y - 52 * s), fill=colour, width=max(3, int(24 * s)))
        for side in (-1, 1):
            self.pen.line((x, y - 54 * s, x + side * (14 + abs(lean)) * s, y), fill=colour, width=max(2, int(11 * s)))

    def finish(self) -> bytes:
        """Grain as of rough paper, and the JPEG."""
        grain = Image.effect_noise((W // 2, H // 2), 38).resize((W, H)).filter(ImageFilter.GaussianBlur(0.6))
        out = io.BytesIO()
        Image.blend(self.image, Image.merge("RGB", (grain,) * 3), 0.055).save(out, "JPEG", quality=82)
        return out.getvalue()


def bridge(s: Sheet) -> None:
    s.water(690)
    for x in (480, 1040):
        s.block(x, 760, 90, 420, INK)
        s.block(x - 14, 350, 118, 34, BRICK)
    s.pen.rectangle((0, 610, W, 640), fill=mix(INK, SEA, 0.3))
    for x in range(40, W, 70):
        near = min(abs(x - 525), abs(x - 1085))
        s.pen.line((x, 610, x, 390 + min(near, 220)), fill=INK, width=5)
    for left, right in ((0, 525), (525, 1085), (1085, W)):
        s.pen.arc((left, 150, right, 620), 0, 180, fill=INK, width=9)


def ships(s: Sheet) -> None:
    s.water(650)
    for n, x in enumerate((120, 520, 960, 1240)):
        s.boat(x, 720 + 60 * (n % 2), 1.3 - 0.15 * n, (BRICK, OCHRE, INK, SEA)[n])


def cranes(s: Sheet) -> None:
    s.water(760)
    for x in (220, 700, 1180):
        s.pen.line((x, 770, x + 60, 300, x + 120, 770), fill=INK, width=22)
        s.pen.line((x - 90, 340, x + 380, 250), fill=INK, width=18)
        s.pen.line((x + 320, 262, x + 320, 520), fill=INK, width=5)
        s.block(x + 270, 580, 100, 60, BRICK)
    for n in range(14):
        s.block(60 + n * 108, 770 - 66 * (n % 3), 100, 62, (OCHRE, BRICK, SEA)[n % 3])


def light(s: Sheet) -> None:
    s.water(780)
    s.hills(900, 260, INK, 1)
    s.pen.polygon([(760, 800), (800, 300), (890, 300), (930, 800)], fill=PAPER)
    for y in (420, 580):
        s.pen.polygon([(784, y + 60), (790, y), (900, y), (906, y + 60)], fill=BRICK)
    s.block(796, 300, 98, 66, INK)
    s.disc(845, 266, 24, (252, 226, 150))
    s.pen.polygon([(845, 260), (0, 120), (0, 260)], fill=mix(s.top, (252, 226, 150), 0.35))


def street(s: Sheet) -> None:
    s.hills(720, 120, mix(INK, s.low, 0.5))
    for n, x in enumerate(range(-20, W, 190)):
        s.gable(x, 820, 180, 220 + 70 * (n % 3), (BRICK, OCHRE, SAND, LEAF)[n % 4])
    s.pen.rectangle((0, 820, W, H), fill=mix(INK, s.low, 0.25))
    for x in range(120, W, 260):
        s.figure(x + s.dice.uniform(-40, 40), 960, 1.1)


def hall(s: Sheet) -> None:
    s.block(0, H, W, H, mix(OCHRE, PAPER, 0.55))
    for x in range(60, W, 250):
        s.pen.rectangle((x, 150, x + 170, 620), fill=mix(SEA, PAPER, 0.5))
        s.pen.ellipse((x, 70, x + 170, 240), fill=mix(SEA, PAPER, 0.5))
    for row in range(3):
        s.pen.rectangle((60 + 40 * row, 690 + 120 * row, W - 60 - 40 * row, 730 + 120 * row), fill=mix(BRICK, INK, 0.2 * row))
        for x in range(150, W - 120, 140):
            s.figure(x, 730 + 120 * row, 1.0, mix(INK, BRICK, 0.3))


def pitch(s: Sheet) -> None:
    s.hills(560, 120, mix(LEAF, INK, 0.4))
    s.pen.rectangle((0, 560, W, H), fill=LEAF)
    for n in range(8):
        s.pen.polygon([(n * 200, 560), (n * 200 + 100, 560), (n * 260 - 180, H), (n * 260 - 310, H)], fill=mix(LEAF, PAPER, 0.1))
    s.pen.rectangle((1180, 420, 1440, 600), outline=PAPER, width=10)
    for n, x in enumerate(range(200, 1300, 180)):
        s.figure(x, 760 + 70 * (n % 3), 1.3, (BRICK, PAPER)[n % 2], 12)
    s.disc(860, 930, 18, PAPER)


def swell(s: Sheet, y: float, height: float, colour: Colour, waves: int) -> None:
    """A long wave with foam on its crest."""
    phase = [s.dice.uniform(0, 6.3) for _ in range(3)]
    crest = [(x, y - height * s._wave(x, waves, phase)) for x in range(0, W + 20, 20)]
    s.pen.polygon([(0, H), *crest, (W, H)], fill=colour)
    s.pen.line(crest, fill=mix(colour, PAPER, 0.55), width=7, joint="curve")


def storm(s: Sheet) -> None:
    for n, y in enumerate((600, 680, 790)):
        swell(s, y, 90 + 30 * n, mix(SEA, INK, 0.5 - 0.14 * n), 3 - n // 2)
    for _ in range(420):
        # Spray: a fan that rises over the wall and thins out upwards.
        rise, spread = s.dice.random(), s.dice.gauss(0, 1)
        s.disc(980 + spread * (50 + 210 * rise) + 120 * rise, 800 - 560 * rise, 4 + 26 * (1 - rise) * s.dice.random(), mix(PAPER, s.low, 0.5 * rise))
    s.pen.polygon([(0, 830), (W, 740), (W, H), (0, H)], fill=mix(INK, SAND, 0.42))
    s.pen.polygon([(0, 830), (W, 740), (W, 772), (0, 866)], fill=mix(INK, SAND, 0.68))
    for row in range(4):
        y = 890 + 52 * row
        s.pen.line((0, y, W, y - 88), fill=mix(INK, SAND, 0.28), width=4)
        for x in range(40 + 70 * (row % 2), W, 150):
            s.pen.line((x, y - 0.055 * x, x, y + 50 - 0.055 * x), fill=mix(INK, SAND, 0.28), width=4)
    for x in (300, 360):
        s.figure(x, 838 - 0.055 * x, 0.95, INK, 16)


def gates(s: Sheet) -> None:
    """A street by the water at high tide: houses with light in them, shut gates, the road under water."""
    for n, x in enumerate(range(-30, W, 205)):
        s.gable(x, 640, 196, 210 + 60 * (n * 2 % 3), mix((BRICK, SAND, OCHRE, LEAF)[n % 4], INK, 0.32))
    s.pen.rectangle((0, 640, W, 676), fill=mix(INK, SAND, 0.3))
    s.water(676, mix(SEA, INK, 0.15))
    for _ in range(70):
        # The lit windows lie broken on the water.
        x, y = s.dice.uniform(40, W - 40), s.dice.uniform(690, 860)
        s.pen.line((x, y, x + s.dice.uniform(14, 46), y), fill=mix((248, 214, 140), SEA, (y - 690) / 260), width=4)
    for x in (180, 640, 1330):
        s.pen.line((x, 770, x, 400), fill=INK, width=10)
        s.disc(x, 392, 22, (252, 226, 150))
    s.pen.rectangle((0, 868, W, H), fill=mix(INK, SAND, 0.34))
    s.pen.rectangle((0, 868, W, 892), fill=mix(INK, SAND, 0.6))
    for x in (210, 690, 1170):
        s.pen.rectangle((x - 24, 810, x + 264, H), fill=mix(INK, SAND, 0.5))
        s.pen.rectangle((x, 836, x + 240, H), fill=mix(SEA, INK, 0.45))
        for y in range(850, H, 46):
            s.pen.line((x, y, x + 240, y), fill=mix(SEA, PAPER, 0.2), width=5)
        s.pen.rectangle((x - 24, 800, x + 264, 828), fill=OCHRE)
    for x in (500, 560, 1060):
        s.figure(x, 872, 1.05, INK, 8)


def fields(s: Sheet) -> None:
    s.hills(620, 180, mix(LEAF, s.low, 0.5))
    s.hills(760, 160, mix(OCHRE, LEAF, 0.3))
    s.hills(920, 120, OCHRE, 1)
    for n in range(9):
        s.tree(90 + n * 180, 880 + 40 * (n % 2), 1.1)


def turbines(s: Sheet) -> None:
    s.hills(760, 160, mix(LEAF, s.low, 0.4))
    s.hills(920, 140, LEAF)
    for x, size in ((260, 1.0), (620, 1.35), (1040, 1.1), (1370, 0.8)):
        s.pen.line((x, 860, x, 860 - 430 * size), fill=PAPER, width=int(14 * size))
        for a in (90, 210, 330):
            end = (x + 210 * size * math.cos(math.radians(a)), 860 - 430 * size - 210 * size * math.sin(math.radians(a)))
            s.pen.line((x, 860 - 430 * size, *end), fill=PAPER, width=int(15 * size))


def roofs(s: Sheet) -> None:
    for n in range(5):
        x = -60 + n * 350
        s.block(x + 20, H, 300, 420, (SAND, BRICK, OCHRE)[n % 3], 4)
        s.pen.polygon([(x, 660), (x + 90, 430), (x + 400, 430), (x + 330, 660)], fill=INK)
        for k in range(4):
            s.pen.polygon([(x + 30 + 75 * k, 640), (x + 98 + 75 * k, 450), (x + 160 + 75 * k, 450), (x + 95 + 75 * k, 640)], fill=SEA)


def peaks(s: Sheet) -> None:
    for y, c in ((520, 0.7), (700, 0.4), (900, 0.1)):
        points = [(x, y - s.dice.uniform(0, 330)) for x in range(0, W + 200, 200)]
        s.pen.polygon([(0, H), *points, (W, H)], fill=mix(INK, s.low, c))
    s.pen.line((0, 640, W, 300), fill=PAPER, width=5)
    s.block(760, 590, 130, 90, BRICK, 8)
    s.pen.line((825, 500, 825, 468), fill=INK, width=7)


def viaduct(s: Sheet) -> None:
    s.hills(700, 220, mix(LEAF, s.low, 0.4))
    s.pen.rectangle((0, 480, W, 900), fill=mix(BRICK, SAND, 0.4))
    for x in range(20, W, 200):
        s.pen.pieslice((x, 540, x + 160, 760), 180, 360, fill=mix(LEAF, s.low, 0.5))
        s.pen.rectangle((x, 650, x + 160, 900), fill=mix(LEAF, s.low, 0.5))
    for n in range(5):
        s.block(260 + n * 190, 480, 180, 84, SEA if n else INK, 6)
    s.hills(990, 140, LEAF)


def dome(s: Sheet) -> None:
    s.pen.pieslice((560, 210, 1040, 690), 180, 360, fill=mix(SEA, PAPER, 0.2))
    s.block(520, 560, 560, 110, PAPER)
    s.block(180, 800, 1240, 240, SAND)
    for x in range(220, 1400, 90):
        s.pen.rectangle((x, 590, x + 34, 800), fill=mix(SAND, INK, 0.35))
    s.block(788, 230, 24, 90, OCHRE)
    s.pen.rectangle((0, 800, W, H), fill=mix(LEAF, INK, 0.2))


def stars(s: Sheet) -> None:
    for _ in range(260):
        s.disc(s.dice.uniform(0, W), s.dice.uniform(0, 760), s.dice.choice((1, 2, 3)))
    s.hills(940, 170, mix(INK, OCHRE, 0.25))
    s.pen.pieslice((620, 560, 980, 920), 180, 360, fill=PAPER)
    s.pen.polygon([(770, 740), (830, 540), (880, 560), (850, 740)], fill=INK)
    s.block(620, 850, 360, 110, SAND)


def river(s: Sheet) -> None:
    s.hills(600, 240, mix(LEAF, s.low, 0.35))
    s.hills(860, 200, LEAF)
    s.pen.polygon([(860, 560), (920, 560), (1180, 760), (760, 880), (1300, H), (300, H), (560, 820), (980, 740)], fill=SEA)
    for n in range(12):
        s.tree(60 + n * 135, 900 + 60 * (n % 3), 1.5, mix(LEAF, INK, 0.15 * (n % 4)))


def rowers(s: Sheet) -> None:
    s.hills(560, 120, mix(LEAF, s.low, 0.4))
    s.water(560)
    s.pen.polygon([(180, 800), (1440, 760), (1300, 800), (300, 838)], fill=PAPER)
    for x in range(420, 1240, 190):
        s.figure(x, 800, 1.1, BRICK, 30)
        s.pen.line((x + 20, 740, x - 120, 880), fill=INK, width=8)


def crowd(s: Sheet) -> None:
    s.water(640)
    s.pen.polygon([(0, 820), (W, 720), (W, H), (0, H)], fill=SAND)
    for n, x in enumerate(range(130, W, 190)):
        s.figure(x, 960 - 20 * n % 90, 1.7, (BRICK, INK, OCHRE, SEA)[n % 4], 26)


def stage(s: Sheet) -> None:
    s.block(0, H, W, H, INK)
    for x in range(0, W, 100):
        s.pen.polygon([(x, 0), (x + 60, 0), (x + 50 - (x - 800) / 9, 560), (x - (x - 800) / 9, 560)], fill=BRICK)
    s.pen.ellipse((360, 640, 1240, 960), fill=(246, 214, 150))
    for x in (560, 760, 980):
        s.figure(x, 840, 2.0, INK)


def orbit(s: Sheet) -> None:
    for _ in range(200):
        s.disc(s.dice.uniform(0, W), s.dice.uniform(0, H), s.dice.choice((1, 2, 3)))
    s.disc(800, 1750, 1150, SEA)
    s.disc(800, 1790, 1150, mix(SEA, LEAF, 0.5))
    s.block(720, 420, 160, 130, PAPER)
    s.pen.rectangle((420, 330, 690, 400), fill=OCHRE)
    s.pen.rectangle((910, 330, 1180, 400), fill=OCHRE)


PICTURES: dict[str, tuple[str, Callable[[Sheet], None]]] = {
    "bridge-dawn": ("dawn", bridge), "bridge-repair": ("day", bridge), "chain-ferry": ("day", ships),
    "harbour-cranes": ("dusk", cranes), "fishing-boats": ("dawn", ships), "lighthouse": ("dusk", light),
    "old-cannery-library": ("warm", street), "council-chamber": ("warm", hall), "market-square": ("day", street),
    "sea-wall-storm": ("storm", storm), "tide-flats": ("dawn", river), "school-yard": ("day", street),
    "night-street": ("night", street), "tide-gates": ("storm", gates), "solar-roofs": ("warm", roofs), "orchard": ("day", fields),
    "river-flood": ("storm", river), "theatre": ("night", stage), "football-pitch": ("day", pitch),
    "rowing-crew": ("dawn", rowers), "runners-sea-wall": ("day", crowd), "brass-band": ("warm", hall),
    "swimmers": ("dawn", rowers), "mountain-cable-car": ("day", peaks), "container-port": ("day", cranes),
    "wind-turbines": ("warm", turbines), "parliament-dome": ("dusk", dome), "desert-observatory": ("night", stars),
    "train-viaduct": ("dawn", viaduct), "rain-forest-river": ("day", river), "satellite-night": ("night", orbit),
    "cyclists-pass": ("day", peaks), "wheat-field": ("warm", fields),
}  # fmt: skip


def draw(name: str) -> bytes:
    """The picture of that name as a JPEG, the same bytes every time."""
    sky, scene = PICTURES[name]
    sheet = Sheet(name, sky)
    if sky != "storm":
        sheet.disc(W * sheet.dice.uniform(0.2, 0.8), H * 0.26, 74, mix(sheet.low, (255, 246, 220), 0.7))
    scene(sheet)
    return sheet.finish()


def draw_all(folder: Path) -> None:
    """Write every picture into `folder`."""
    for name in PICTURES:
        (folder / f"{name}.jpg").write_bytes(draw(name))
