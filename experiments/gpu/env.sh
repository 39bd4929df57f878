# Read by the scripts in this folder: where the kit is and where findings go, and what a GPU's libraries need.

kit="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
out="$(realpath -m "${1:?a folder for what is found}")"
mkdir -p "$out"

# Tunings are kept here, and not in a Cargo project that happens to lie around the working folder.
export XDG_CACHE_HOME="$kit/cache"
cd /

# CUDA's math library, where no toolkit is in its usual place.
if [ -z "${CUDA_PATH:-}" ] && ! [ -f /usr/local/cuda/nvvm/libdevice/libdevice.10.bc ]; then
    libdevice="$(find /usr /opt -name libdevice.10.bc -print -quit 2>/dev/null || true)"
    if [ -n "$libdevice" ]; then
        mkdir -p "$kit/cuda/nvvm/libdevice"
        ln -sf "$libdevice" "$kit/cuda/nvvm/libdevice/"
        export CUDA_PATH="$kit/cuda"
    fi
fi

# Vulkan's loader, and the driver that it cannot find in a container.
if ! ldconfig -p | grep -q libvulkan.so.1 && [ -d "$kit/lib" ]; then
    export LD_LIBRARY_PATH="$kit/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
fi
driver=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
if [ -z "${VK_DRIVER_FILES:-}" ] && [ -f "$driver" ]; then
    export VK_DRIVER_FILES="$driver"
fi
