# Finds the CUDA toolkit and sets the options of its compiler. Included by the top CMakeLists.txt.

# The architectures that this nvcc knows of those we care for, and PTX for what comes after the newest.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  find_program(nvcc NAMES nvcc $ENV{CUDACXX} PATHS /usr/local/cuda/bin REQUIRED)
  execute_process(COMMAND ${nvcc} --list-gpu-code OUTPUT_VARIABLE known OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(architectures "")
  foreach(architecture IN ITEMS 80 86 89 90 100 120)
    if(known MATCHES "sm_${architecture}(\n|$)")
      list(APPEND architectures ${architecture}-real)
      set(newest ${architecture})
    endif()
  endforeach()
  list(APPEND architectures ${newest}-virtual)
  set(CMAKE_CUDA_ARCHITECTURES ${architectures} CACHE STRING "CUDA architectures to build for")
endif()
enable_language(CUDA)
message(STATUS "CUDA ${CMAKE_CUDA_COMPILER_VERSION} for ${CMAKE_CUDA_ARCHITECTURES}")

if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25 does not know that nvcc takes C++20
  set(CMAKE_CUDA_STANDARD 20)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
endif()
# Kernels may call View's constexpr functions. A kernel whose registers spill does not build.
string(APPEND CMAKE_CUDA_FLAGS " --expt-relaxed-constexpr -Xptxas -warn-spills,-Werror")

# One runtime for us, cuDNN and cuBLAS.
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)

# For comparison and as a choice; the build does without.
find_package(CUDAToolkit REQUIRED)
find_path(CUDNN_INCLUDE_DIR cudnn.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
find_library(CUDNN_LIBRARY cudnn HINTS ${CUDAToolkit_LIBRARY_DIR} ${CUDAToolkit_LIBRARY_ROOT}/lib)
if(CUDNN_INCLUDE_DIR AND CUDNN_LIBRARY AND TARGET CUDA::cublas)
  set(cudnn_found ON)
  message(STATUS "cuDNN ${CUDNN_LIBRARY}")
else()
  set(cudnn_found OFF)
  message(STATUS "No cuDNN or no cuBLAS: without their convolutions")
endif()
option(UNETSR_CUDNN "Build cuDNN's convolutions as a choice" ${cudnn_found})
if(UNETSR_CUDNN AND NOT cudnn_found)
  message(FATAL_ERROR "UNETSR_CUDNN=ON, but there is no cuDNN or no cuBLAS; set CUDNN_INCLUDE_DIR and CUDNN_LIBRARY")
endif()

# Between the GPUs of several processes; without it their gradients go by way of the hosts.
find_path(NCCL_INCLUDE_DIR nccl.h HINTS ${CUDAToolkit_INCLUDE_DIRS})
find_library(NCCL_LIBRARY nccl HINTS ${CUDAToolkit_LIBRARY_DIR} ${CUDAToolkit_LIBRARY_ROOT}/lib)
set(nccl_found OFF)
if(NCCL_INCLUDE_DIR AND NCCL_LIBRARY)
  set(nccl_found ON)
  message(STATUS "NCCL ${NCCL_LIBRARY}")
endif()
set(nccl_default OFF)
if(nccl_found AND UNETSR_MPI)
  set(nccl_default ON)
endif()
option(UNETSR_NCCL "Exchange gradients between GPUs by NCCL (needs CUDA; MPI to start the processes)" ${nccl_default})
if(UNETSR_NCCL AND NOT nccl_found)
  message(FATAL_ERROR "UNETSR_NCCL=ON, but there is no NCCL; set NCCL_INCLUDE_DIR and NCCL_LIBRARY")
endif()
