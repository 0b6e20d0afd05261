"""Writes synthetic credit-card clients with the columns of the UCI set "Default of Credit Card Clients".

The rows are made up: drawn from the distributions below with a fixed seed, they describe no person and only resemble the
real set in shape (24 columns and the label, about 22 % defaults). They exist so that the journey runs where the real file
is not at hand. Nothing but the standard library is needed:

    python3 generate.py --rows 30000 --out credit-default.csv
"""

import argparse
import csv
import math
import random
import sys

MONTHS = 6
COLUMNS = (
    ["ID", "LIMIT_BAL", "SEX", "EDUCATION", "MARRIAGE", "AGE"]
    + [f"PAY_{month}" for month in (0, 2, 3, 4, 5, 6)]
    + [f"BILL_AMT{month}" for month in range(1, MONTHS + 1)]
    + [f"PAY_AMT{month}" for month in range(1, MONTHS + 1)]
    + ["default payment next month"]
)


def client(number, draw):
    """One client. A hidden strain on the budget drives late payments, bills and, with noise, the default."""
    strain = draw.gauss(0, 1)
    age = min(75, max(21, round(draw.gauss(35.5, 9.2))))
    education = draw.choices([1, 2, 3, 4], [35, 47, 16, 2])[0]
    limit = 10_000 * max(1, min(80, round(math.exp(draw.gauss(2.55 - 0.28 * strain - 0.12 * (education - 2), 0.75)))))

    delays = []
    delay = 1.5 * strain + draw.gauss(-0.6, 0.8)
    for _ in range(MONTHS):
        delays.append(max(-2, min(8, round(delay if delay < 0.5 else delay + 0.7))))
        delay = 0.8 * delay + 0.25 * strain + draw.gauss(-0.12, 0.55)
    delays.reverse()

    usage = 1 / (1 + math.exp(-(0.8 * strain + draw.gauss(-0.6, 1.1))))
    bills = [round(limit * usage * draw.uniform(0.8, 1.1)) for _ in range(MONTHS)]
    paid = [
        0 if delays[month] > 1 and draw.random() < 0.6 else round(bills[month] * min(1.0, draw.expovariate(9 + 6 * max(0, strain))))
        for month in range(MONTHS)
    ]

    late = sum(1 for value in delays if value > 0)
    score = -2.5 + 0.85 * max(0, delays[0]) + 0.2 * late + 0.4 * strain + 0.5 * usage - 0.0000012 * limit + draw.gauss(0, 0.6)
    default = 1 if draw.random() < 1 / (1 + math.exp(-score)) else 0
    sex = draw.choices([1, 2], [40, 60])[0]
    marriage = draw.choices([1, 2, 3], [45, 54, 1])[0]
    return [number, limit, sex, education, marriage, age, *delays, *bills, *paid, default]


def write(rows, seed, out):
    draw = random.Random(seed)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number in range(1, rows + 1):
        writer.writerow(client(number, draw))


def main():
    parser = argparse.ArgumentParser(description="Writes synthetic rows; they describe no real client.")
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", default="-", help="file to write, - for standard output")
    arguments = parser.parse_args()
    if arguments.rows < 1:
        parser.error("--rows must be at least 1")
    if arguments.out == "-":
        write(arguments.rows, arguments.seed, sys.stdout)
        return
    with open(arguments.out, "w", newline="", encoding="utf-8") as out:
        write(arguments.rows, arguments.seed, out)
    print(f"{arguments.out}: {arguments.rows} synthetic rows (seed {arguments.seed}); they describe no real client")


if __name__ == "__main__":
    main()
