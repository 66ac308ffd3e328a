"""Gauss rules for a Beta distribution and for a product of independent ones.

A rule of m nodes integrates every polynomial of degree 2m - 1 exactly. That of a product is made from those of its
factors: the m x m products of their nodes are exact to the same degree, and Stieltjes' procedure finds the m nodes that
do as well.
Golub GH, Welsch JH (1969). Calculation of Gauss quadrature rules. Mathematics of Computation 23(106):221-230.
doi:10.1090/S0025-5718-69-99647-1
Gautschi W (2004). Orthogonal Polynomials: Computation and Approximation. Oxford University Press, section 2.2.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["NODES", "beta_rule", "product_rules"]

NODES = 16


def beta_rule(
    a: NDArray[np.float64], b: NDArray[np.float64], nodes: int = NODES
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights (..., nodes) of the Beta distributions with parameters a, b (...), both above 0."""
    # On [-1, 1] with the exponents b - 1 and a - 1 of Jacobi's weight.
    A, B = (b - 1.0)[..., np.newaxis], (a - 1.0)[..., np.newaxis]
    s = A + B
    k = np.arange(1, nodes)
    centre = np.empty((*np.shape(a), nodes))
    centre[..., 0] = ((a - b) / (a + b))[...]
    centre[..., 1:] = (B - A) * s / ((2 * k + s) * (2 * k + s + 2))
    square = np.empty((*np.shape(a), nodes - 1))
    square[..., 0] = (4 * a * b / ((a + b) ** 2 * (a + b + 1)))[...]
    k = k[1:]
    square[..., 1:] = 4 * k * (k + A) * (k + B) * (k + s) / ((2 * k + s) ** 2 * (2 * k + s + 1) * (2 * k + s - 1))
    x, w = _of_recurrence(centre, np.sqrt(square))
    return np.clip((1 + x) / 2, 0.0, 1.0), w


def product_rules(
    a: NDArray[np.float64], b: NDArray[np.float64], nodes: int = NODES
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rules of the products of the last 1, 2 ... factors, for a, b (rows, factors).

    returns  nodes and weights (rows, factors, nodes); element j is the product of the factors j, j + 1 ...
    """
    x, w = beta_rule(a, b, nodes)
    for j in range(a.shape[1] - 2, -1, -1):
        grid = (x[:, j, :, np.newaxis] * x[:, j + 1, np.newaxis, :]).reshape(len(a), -1)
        mass = (w[:, j, :, np.newaxis] * w[:, j + 1, np.newaxis, :]).reshape(len(a), -1)
        x[:, j], w[:, j] = _compressed(grid, mass, nodes)
    return x, w


def _compressed(
    x: NDArray[np.float64], w: NDArray[np.float64], nodes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The Gauss rule of discrete distributions (rows, points)."""
    shift = (w * x).sum(axis=1, keepdims=True)
    scale = np.sqrt((w * (x - shift) ** 2).sum(axis=1, keepdims=True))
    scale = np.where(scale > 0, scale, 1.0)
    z = (x - shift) / scale
    centre, off = np.zeros((len(x), nodes)), np.zeros((len(x), nodes - 1))
    before, now = np.zeros_like(z), np.ones_like(z)
    down = np.zeros((len(x), 1))
    for k in range(nodes):
        centre[:, k] = (w * z * now * now).sum(axis=1)
        if k + 1 == nodes:
            break
        later = (z - centre[:, k, np.newaxis]) * now - down * before
        down = np.sqrt((w * later * later).sum(axis=1, keepdims=True))
        off[:, k] = down[:, 0]
        before, now = now, later / np.where(down > 0, down, 1.0)
    nodes_at, weights = _of_recurrence(centre, off)
    return np.clip(shift + scale * nodes_at, 0.0, 1.0), weights


def _of_recurrence(
    centre: NDArray[np.float64], off: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights by the eigenvalues of the tridiagonal matrix of the recurrence."""
    m = centre.shape[-1]
    matrix = np.zeros((*centre.shape, m))
    i = np.arange(m)
    matrix[..., i, i] = centre
    matrix[..., i[1:], i[:-1]] = off  # the lower triangle is all that is read
    values, vectors = np.linalg.eigh(matrix)
    return values, vectors[..., 0, :] ** 2
