#pragma once
#include <fcntl.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "kernels/owned_id.hpp"

// Failed writes of HDF5: some of its versions crash while they close a file that could not be written. So a failed
// write is remembered and reported to HDF5 as done; the writer of the file checks at the end.
namespace unetsr {

// The first errno of a file's writes; 0: all are done.
struct Hdf5Failure {
  int error = 0;
};

namespace detail {

struct Hdf5Driver {
  struct Access {
    Hdf5Failure* failure;
  };
  struct File : H5FD_t {
    int id = -1;
    haddr_t allocated = 0, end = 0;
    struct stat place = {};
    Hdf5Failure* failure = nullptr;
  };

  static File* own(H5FD_t* file) { return static_cast<File*>(file); }
  static const File* own(const H5FD_t* file) { return static_cast<const File*>(file); }
  static void remember(File* file) {
    if (file->failure->error == 0) file->failure->error = errno;
  }

  static H5FD_t* open(const char* name, unsigned flags, hid_t access, haddr_t) {
    const auto* info = static_cast<const Access*>(H5Pget_driver_info(access));
    File* file = new (std::nothrow) File();
    if (!file) return nullptr;
    file->failure = info->failure;
    file->id = ::open(name,
                      O_RDWR | O_CLOEXEC | (flags & H5F_ACC_CREAT ? O_CREAT : 0) |
                          (flags & H5F_ACC_TRUNC ? O_TRUNC : 0) | (flags & H5F_ACC_EXCL ? O_EXCL : 0),
                      0666);
    if (file->id >= 0 && fstat(file->id, &file->place) == 0) {
      file->end = haddr_t(file->place.st_size);
      return file;
    }
    if (flags & H5F_ACC_CREAT) remember(file);  // the library tries first whether the file is there
    close(file);
    return nullptr;
  }
  static herr_t close(H5FD_t* f) {
    File* file = own(f);
    if (file->id >= 0 && ::close(file->id) != 0) remember(file);
    delete file;
    return 0;
  }
  static int compare(const H5FD_t* a, const H5FD_t* b) {
    const auto &x = own(a)->place, &y = own(b)->place;
    if (x.st_dev != y.st_dev) return x.st_dev < y.st_dev ? -1 : 1;
    return x.st_ino == y.st_ino ? 0 : x.st_ino < y.st_ino ? -1 : 1;
  }
  // As the library's own driver, so that files have the same bytes.
  static herr_t query(const H5FD_t*, unsigned long* flags) {
    if (flags)
      *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
               H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
  }
  static haddr_t allocated(const H5FD_t* file, H5FD_mem_t) { return own(file)->allocated; }
  static herr_t allocate(H5FD_t* file, H5FD_mem_t, haddr_t size) {
    own(file)->allocated = size;
    return 0;
  }
  static haddr_t end(const H5FD_t* file, H5FD_mem_t) { return own(file)->end; }

  static herr_t read(H5FD_t* f, H5FD_mem_t, hid_t, haddr_t at, size_t size, void* data) {
    File* file = own(f);
    auto* to = static_cast<char*>(data);
    while (size > 0) {
      const ssize_t got = pread(file->id, to, size, off_t(at));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) remember(file);
      if (got <= 0) break;
      to += got, at += haddr_t(got), size -= size_t(got);
    }
    std::memset(to, 0, size);  // beyond the end
    return 0;
  }
  static herr_t write(H5FD_t* f, H5FD_mem_t, hid_t, haddr_t at, size_t size, const void* data) {
    File* file = own(f);
    file->end = std::max(file->end, at + size);
    const auto* from = static_cast<const char*>(data);
    while (size > 0 && file->failure->error == 0) {
      const ssize_t put = pwrite(file->id, from, size, off_t(at));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) remember(file);
      if (put <= 0) break;
      from += put, at += haddr_t(put), size -= size_t(put);
    }
    return 0;
  }
  static herr_t truncate(H5FD_t* f, hid_t, hbool_t) {
    File* file = own(f);
    if (file->allocated == file->end) return 0;
    if (ftruncate(file->id, off_t(file->allocated)) != 0) remember(file);
    file->end = file->allocated;
    return 0;
  }

  static hid_t id() {
    static const H5FD_class_t driver = [] {
      H5FD_class_t d = {};
#ifdef H5FD_CLASS_VERSION
      d.version = H5FD_CLASS_VERSION;
      d.value = H5FD_class_value_t(600);  // of those for drivers that are not registered
#endif
      d.name = "unetsr";
      d.maxaddr = HADDR_MAX / 2;
      d.fc_degree = H5F_CLOSE_WEAK;
      d.fapl_size = sizeof(Access);
      d.open = open, d.close = close, d.cmp = compare, d.query = query;
      d.get_eoa = allocated, d.set_eoa = allocate, d.get_eof = end;
      d.read = read, d.write = write, d.truncate = truncate;
      const H5FD_mem_t map[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
      std::copy(std::begin(map), std::end(map), std::begin(d.fl_map));
      return d;
    }();
    static const hid_t registered = H5FDregister(&driver);
    return registered;
  }
};

}  // namespace detail

// Lets files that are created with this access remember their failures in `failure`, which outlives them.
inline bool remember_failures(hid_t file_access, Hdf5Failure& failure) {
  const detail::Hdf5Driver::Access access{&failure};
  const hid_t driver = detail::Hdf5Driver::id();
  return driver >= 0 && H5Pset_driver(file_access, driver, &access) >= 0;
}

}  // namespace unetsr
