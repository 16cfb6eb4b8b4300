/**
 * Inverts a symmetric positive definite matrix in place, row by row with `size` columns, by its Cholesky factor. False
 * when it is no such matrix, which leaves it in ruins.
 */
export function invert(matrix: Float64Array, size: number): boolean {
  if (!factorise(matrix, size)) return false
  // The factor's inverse, in place of the factor.
  for (let column = 0; column < size; column++) {
    matrix[column * size + column] = 1 / matrix[column * size + column]!
    for (let row = column + 1; row < size; row++) {
      let sum = 0
      for (let k = column; k < row; k++) sum -= matrix[row * size + k]! * matrix[k * size + column]!
      matrix[row * size + column] = sum / matrix[row * size + row]!
    }
  }
  // A^-1 = L^-T L^-1, the upper half first: its rows need no lower row that has been written.
  for (let row = 0; row < size; row++)
    for (let column = row; column < size; column++) {
      let sum = 0
      for (let k = column; k < size; k++) sum += matrix[k * size + row]! * matrix[k * size + column]!
      matrix[row * size + column] = sum
    }
  for (let row = 0; row < size; row++)
    for (let column = 0; column < row; column++) matrix[row * size + column] = matrix[column * size + row]!
  return true
}

/** The lower half becomes the factor: A = L L'. */
function factorise(matrix: Float64Array, size: number): boolean {
  for (let column = 0; column < size; column++) {
    const own = column * size
    let pivot = matrix[own + column]!
    for (let k = 0; k < column; k++) pivot -= matrix[own + k]! ** 2
    if (!(pivot > 1e-9)) return false
    const root = Math.sqrt(pivot)
    matrix[own + column] = root
    for (let row = column + 1; row < size; row++) {
      const at = row * size
      let sum = matrix[at + column]!
      for (let k = 0; k < column; k++) sum -= matrix[at + k]! * matrix[own + k]!
      matrix[at + column] = sum / root
    }
  }
  return true
}
