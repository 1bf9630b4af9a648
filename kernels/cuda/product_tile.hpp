#pragma once
#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/ptx.hpp"

// The parts of a matrix product sum(m, n) = sum over k of a(m, k) b(k, n), by blocks of threads: a block has a tile of
// sums in registers and walks through the depth k in steps; what a step needs comes by cp.async to one of three stages
// of shared memory while the step before is multiplied. A warp has 32 rows of the tile and 16 or 32 of its columns.
namespace unetsr::kernels::cuda {

constexpr int step_depth = 32, stages = 3;

// Part of a matrix in shared memory: `lines` rows of a or columns of b, by step_depth. The pads keep the loads of a
// warp's fragments free of bank conflicts.
template <int lines_>
struct DepthInside {  // depth contiguous
  static constexpr int lines = lines_;
  static constexpr bool depth_inside = true;
  float values[lines][step_depth + 4];

  __device__ float at(int line, int k) const { return values[line][k]; }
};
template <int lines_>
struct DepthOutside {  // lines contiguous
  static constexpr int lines = lines_;
  static constexpr bool depth_inside = false;
  float values[step_depth][lines + 8];

  __device__ float at(int line, int k) const { return values[k][line]; }
};

// Starts the copies of a part: `from(line)(k)` or, where lines are contiguous, `from(k)(line)`, is where value (line,
// k) lies in device memory, null for 0. The outer call is for what does not change along the copies of a thread. With
// `width` 4, four contiguous values lie together and are aligned.
template <int threads, int width, class Part, class From>
__device__ __forceinline__ void copy_part(Part& part, const From& from) {
  constexpr int contiguous = Part::depth_inside ? step_depth : Part::lines, groups = contiguous / width,
                others = Part::depth_inside ? Part::lines : step_depth;
  static_assert(threads % groups == 0);
  const int inner = int(threadIdx.x) % groups * width;
  const auto source = from(inner);
#pragma unroll
  for (int outer = int(threadIdx.x) / groups; outer < others; outer += threads / groups)
    copy_async<4 * width>(&part.values[outer][inner], source(outer));
}

// The same with a width that the host has found out.
template <int threads, class Part, class From>
__device__ __forceinline__ void copy_part(Part& part, bool in_fours, const From& from) {
  if (in_fours)
    copy_part<threads, 4>(part, from);
  else
    copy_part<threads, 1>(part, from);
}

// A tile of rows x columns sums and its threads.
template <int rows_, int columns_>
struct Tile {
  static constexpr int rows = rows_, columns = columns_;
  static constexpr int warp_columns = columns < 32 ? columns : 32;
  static constexpr int warps_across = columns / warp_columns, threads = rows / 32 * warps_across * 32;

  // The sums of a thread, as mma.sync has them: of 16 rows by 8 columns each.
  using Sums = float[2][warp_columns / 8][4];

  static __device__ int first_row() { return int(threadIdx.x) / 32 / warps_across * 32; }
  static __device__ int first_column() { return int(threadIdx.x) / 32 % warps_across * warp_columns; }

  // visit(row, column, sum, next): the two sums at `column` and `column` + 1.
  template <class Visit>
  static __device__ __forceinline__ void for_each(const Sums& sums, const Visit& visit) {
    const int lane = int(threadIdx.x) % 32;
#pragma unroll
    for (int i = 0; i < 2; ++i)
#pragma unroll
      for (int j = 0; j < warp_columns / 8; ++j)
#pragma unroll
        for (int r = 0; r < 2; ++r)
          visit(first_row() + 16 * i + 8 * r + lane / 4, first_column() + 8 * j + lane % 4 * 2, sums[i][j][2 * r],
                sums[i][j][2 * r + 1]);
  }
};

// load(step, stage) starts the copies of a step, use(stage) multiplies what has come.
template <class Load, class Use>
__device__ __forceinline__ void walk(int begin, int end, const Load& load, const Use& use) {
#pragma unroll
  for (int s = 0; s < stages - 1; ++s) {
    if (begin + s < end) load(begin + s, s);
    end_group_of_copies();
  }
  for (int step = begin; step < end; ++step) {
    wait_for_copies<stages - 2>();
    __syncthreads();  // this step has come for all, and all are done with the stage that is filled next
    const int next = step + stages - 1;
    if (next < end) load(next, (next - begin) % stages);
    end_group_of_copies();  // even of nothing, so that the count of groups stays in step
    use((step - begin) % stages);
  }
}

// ---- the multiplication of a step, by precision; a and b are parts

struct InFp32 {
  template <class T, class A, class B>
  static __device__ __forceinline__ void multiply(const A& a, const B& b, typename T::Sums& sums) {
    const int lane = int(threadIdx.x) % 32, row = T::first_row() + lane / 4, column = T::first_column() + lane % 4 * 2;
#pragma unroll 2
    for (int k = 0; k < step_depth; ++k) {
      float left[2][2], right[T::warp_columns / 8][2];
#pragma unroll
      for (int i = 0; i < 2; ++i)
#pragma unroll
        for (int r = 0; r < 2; ++r) left[i][r] = a.at(row + 16 * i + 8 * r, k);
#pragma unroll
      for (int j = 0; j < T::warp_columns / 8; ++j)
#pragma unroll
        for (int e = 0; e < 2; ++e) right[j][e] = b.at(column + 8 * j + e, k);
#pragma unroll
      for (int i = 0; i < 2; ++i)
#pragma unroll
        for (int j = 0; j < T::warp_columns / 8; ++j)
#pragma unroll
          for (int r = 0; r < 2; ++r)
#pragma unroll
            for (int e = 0; e < 2; ++e) sums[i][j][2 * r + e] += left[i][r] * right[j][e];
    }
  }
};

// The depth of a step in slices of mma.sync. Which k a register stands for is free, as long as a and b agree.
template <class Slice>
struct OnTensorCores {
  // 16 rows of a, from `row` and k on. Where depth is contiguous, four floats are a row of a matrix of ldmatrix.
  template <class A>
  static __device__ __forceinline__ void load(unsigned (&left)[4], const A& a, int row, int k) {
    const int lane = int(threadIdx.x) % 32;
    if constexpr (A::depth_inside) {
      unsigned values[Slice::depth / 8][4];
#pragma unroll
      for (int h = 0; h < Slice::depth / 8; ++h)
        load_matrices(values[h], &a.values[row + lane % 16][k + lane / 16 * (Slice::depth / 2) + 4 * h]);
#pragma unroll
      for (int q = 0; q < 4; ++q) left[q] = Slice::pack([&](int h) { return __uint_as_float(values[h][q]); });
    } else {
#pragma unroll
      for (int q = 0; q < 4; ++q)
        left[q] = packed(a, row + 8 * (q % 2) + lane / 4, k + q / 2 * (Slice::depth / 2) + lane % 4);
    }
  }
  template <class Part>
  static __device__ __forceinline__ unsigned packed(const Part& part, int line, int k) {
    return Slice::pack([&](int h) { return part.at(line, k + 4 * h); });
  }

  template <class T, class A, class B>
  static __device__ __forceinline__ void multiply(const A& a, const B& b, typename T::Sums& sums) {
    const int lane = int(threadIdx.x) % 32;
#pragma unroll
    for (int k = 0; k < step_depth; k += Slice::depth) {
      unsigned left[2][4], right[T::warp_columns / 8][2];
#pragma unroll
      for (int i = 0; i < 2; ++i) load(left[i], a, T::first_row() + 16 * i, k);
#pragma unroll
      for (int j = 0; j < T::warp_columns / 8; ++j)
#pragma unroll
        for (int q = 0; q < 2; ++q)
          right[j][q] = packed(b, T::first_column() + 8 * j + lane / 4, k + q * (Slice::depth / 2) + lane % 4);
#pragma unroll
      for (int i = 0; i < 2; ++i)
#pragma unroll
        for (int j = 0; j < T::warp_columns / 8; ++j) Slice::multiply(sums[i][j], left[i], right[j]);
    }
  }
};

// pack(value): the register that holds value(0), and of bf16 value(1), four k further.
struct Tf32Slice {
  static constexpr int depth = 8;
  template <class Value>
  static __device__ __forceinline__ unsigned pack(const Value& value) {
    return to_tf32(value(0));
  }
  static __device__ void multiply(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
    multiply_tf32(c, a, b);
  }
};
struct Bf16Slice {
  static constexpr int depth = 16;
  template <class Value>
  static __device__ __forceinline__ unsigned pack(const Value& value) {
    return to_bf16(value(0), value(1));
  }
  static __device__ void multiply(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
    multiply_bf16(c, a, b);
  }
};
using InTf32 = OnTensorCores<Tf32Slice>;
using InBf16 = OnTensorCores<Bf16Slice>;

}  // namespace unetsr::kernels::cuda
