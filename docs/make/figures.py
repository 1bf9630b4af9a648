"""The drawings of docs/how-it-works.md: computed by the formulas of the page, as SVG."""
import math
import random

WIDTH, FONT = 720, "font-family='DejaVu Sans, sans-serif' font-size='13'"


def drawing(height, shapes, label):
    return (f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' aria-label='{label}'>\n"
            f"<rect width='{WIDTH}' height='{height}' fill='#ffffff'/>\n" + "\n".join(shapes) + "\n</svg>\n")


def text(x, y, words, colour="#222222", anchor="start"):
    return f"<text x='{x:.1f}' y='{y:.1f}' {FONT} fill='{colour}' text-anchor='{anchor}'>{words}</text>"


def line(points, colour, width=2.0, dash=""):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = f" stroke-dasharray='{dash}'" if dash else ""
    return f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='{width}'{dashes}/>"


# ---- a footprint over fine cells

def clipped(polygon, inside, crossing):
    kept = []
    for a, b in zip(polygon, polygon[1:] + polygon[:1]):
        if inside(a):
            kept.append(a)
        if inside(a) != inside(b):
            kept.append(crossing(a, b))
    return kept


def overlap(polygon, row, column):
    """The area that a convex polygon (x, y) shares with the unit square at (column, row)."""
    for axis, at, above in ((0, column, True), (0, column + 1, False), (1, row, True), (1, row + 1, False)):
        def inside(p):
            return p[axis] >= at if above else p[axis] <= at

        def crossing(a, b):
            t = (at - a[axis]) / (b[axis] - a[axis])
            return a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])

        polygon = clipped(polygon, inside, crossing)
        if not polygon:
            return 0.0
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, polygon[1:] + polygon[:1]))) / 2


def footprint():
    side, left, top, rows, columns = 34, 20, 20, 8, 10
    corners = [(1.6, 2.2), (7.9, 0.9), (8.6, 5.6), (2.3, 6.9)]
    shares = [[overlap(corners, r, c) for c in range(columns)] for r in range(rows)]
    area = sum(map(sum, shares))
    shapes = []
    for r in range(rows):
        for c in range(columns):
            shapes.append(f"<rect x='{left + c * side}' y='{top + r * side}' width='{side}' height='{side}' "
                          f"fill='#1f77b4' fill-opacity='{0.75 * shares[r][c]:.3f}' stroke='#999999'/>")
            if shares[r][c] > 0:
                shapes.append(f"<text x='{left + (c + 0.5) * side:.1f}' y='{top + (r + 0.6) * side:.1f}' "
                              f"font-family='DejaVu Sans, sans-serif' font-size='9' text-anchor='middle' "
                              f"fill='#111111'>{100 * shares[r][c] / area:.1f}</text>")
    outline = [(left + x * side, top + y * side) for x, y in corners]
    shapes.append(line(outline + outline[:1], "#d62728", 3))
    words = ["Red: the footprint of one sounding,", "given by its four corners.",
             "Squares: fine cells of the map.", "Blue: area that cell and footprint share.",
             "Numbers: weight of each cell in the", "footprint's mean, in %."]
    shapes += [text(385, 90 + 24 * i, w) for i, w in enumerate(words)]
    return drawing(rows * side + 40, shapes, "A footprint over fine cells, with the weight of each cell")


# ---- the correction by soundings, along one line of cells

CELLS, WIDE, NOISE = 120, 7, 0.25
LENGTH, DEVIATION = 12.0, 0.2  # cells; of the relative error


def correlation(n):
    scaled = 2.146 * abs(n) / LENGTH
    return (1 + scaled) * math.exp(-scaled)


def solve(matrix, right):
    """Gauss, without pivots: the matrix is positive definite. `right` holds a row of columns for each equation."""
    a = [row + r for row, r in zip(matrix, right)]
    n = len(a)
    for k in range(n):
        a[k] = [v / a[k][k] for v in a[k]]
        for i in range(n):
            if i != k and a[i][k] != 0:
                a[i] = [v - a[i][k] * w for v, w in zip(a[i], a[k])]
    return [row[n:] for row in a]


def scene():
    """First guess, truth and soundings (first cell, value)."""
    guess = [1.0 + 0.35 * math.sin(i / 9) + 0.25 * math.sin(i / 3.1) for i in range(CELLS)]
    error = [0.28 * math.sin(i / 14 + 1) for i in range(CELLS)]
    truth = [g * (1 + z) for g, z in zip(guess, error)]
    draw = random.Random(3)
    firsts = [f for f in range(0, CELLS - WIDE, 2) if not 62 <= f <= 86]
    soundings = [(f, sum(truth[f:f + WIDE]) / WIDE + draw.gauss(0, NOISE)) for f in firsts]
    return guess, truth, soundings


def corrected():
    """The posterior mean and standard deviation of the map, as data/correction/ computes the mean."""
    guess, truth, soundings = scene()
    operator = [[guess[i] / WIDE if f <= i < f + WIDE else 0.0 for i in range(CELLS)] for f, _ in soundings]
    covariance = [[DEVIATION ** 2 * correlation(i - j) for j in range(CELLS)] for i in range(CELLS)]
    spread = [[sum(row[i] * covariance[i][j] for i in range(CELLS) if row[i]) for j in range(CELLS)]
              for row in operator]  # A C
    matrix = [[sum(one[j] * other[j] for j in range(CELLS) if other[j]) for other in operator] for one in spread]
    for k in range(len(matrix)):
        matrix[k][k] += NOISE ** 2
    residual = [y - sum(row) for (_, y), row in zip(soundings, operator)]
    solved = solve(matrix, [[r] + s for r, s in zip(residual, spread)])
    z = [sum(spread[k][i] * solved[k][0] for k in range(len(spread))) for i in range(CELLS)]
    left = [DEVIATION ** 2 - sum(spread[k][i] * solved[k][1 + i] for k in range(len(spread))) for i in range(CELLS)]
    return guess, truth, soundings, [g * (1 + v) for g, v in zip(guess, z)], \
        [g * math.sqrt(max(0.0, v)) for g, v in zip(guess, left)]


def correction():
    guess, truth, soundings, better, deviation = corrected()

    def at(i, value):
        return 50 + 640 * i / (CELLS - 1), 270 - 105 * value

    shapes = [line([at(0, 0), at(CELLS - 1, 0)], "#444444", 1), line([at(0, 0), at(0, 2.3)], "#444444", 1)]
    for value in (0, 1, 2):
        shapes.append(text(42, at(0, value)[1] + 4, str(value), anchor="end"))
    shapes.append(text(50, 18, "SIF, mW m-2 sr-1 nm-1"))
    shapes.append(text(690, 290, "cells along a line", anchor="end"))
    band = [at(i, better[i] + 1.645 * deviation[i]) for i in range(CELLS)]
    band += [at(i, better[i] - 1.645 * deviation[i]) for i in reversed(range(CELLS))]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in band)
    shapes.append(f"<polygon points='{path}' fill='#1f77b4' fill-opacity='0.2'/>")
    for first, value in soundings:
        (x0, y), (x1, _) = at(first, value), at(first + WIDE - 1, value)
        shapes.append(line([(x0, y), (x1, y)], "#d62728", 1))
    shapes.append(line([at(i, v) for i, v in enumerate(guess)], "#777777", 2, "6 4"))
    shapes.append(line([at(i, v) for i, v in enumerate(truth)], "#111111", 2))
    shapes.append(line([at(i, v) for i, v in enumerate(better)], "#1f77b4", 2.5))
    legend = [("#111111", "truth"), ("#777777", "uncorrected map"), ("#d62728", "soundings, each the mean of 7 cells"),
              ("#1f77b4", "corrected map, with its 90 % interval")]
    for i, (colour, words) in enumerate(legend):
        x, y = 60 + 330 * (i % 2), 312 + 22 * (i // 2)
        shapes += [line([(x, y), (x + 26, y)], colour, 3), text(x + 34, y + 4, words)]
    return drawing(350, shapes, "The correction by soundings along a line of cells")


def update(pages):
    pages.put("docs/img/footprint.svg", footprint())
    pages.put("docs/img/correction.svg", correction())
