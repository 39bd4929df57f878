use super::*;

fn cpu() -> ListedDevice {
    ListedDevice {
        device: "cpu".into(),
        name: Some("CPU (AVX2 kernels, 2 threads)".into()),
        back_end: "Flex",
        is_software: false,
        is_usable: true,
    }
}

fn adapter(number: usize, name: Option<&str>) -> ListedDevice {
    ListedDevice {
        device: format!("gpu:{number}"),
        name: name.map(String::from),
        back_end: "wgpu",
        is_software: false,
        is_usable: name.is_some(),
    }
}

fn devices(adapters: Vec<ListedDevice>) -> Devices {
    Devices {
        listed: std::iter::once(cpu()).chain(adapters).collect(),
        cpu: CpuFacts {
            kernels: ["avx2", "scalar", "burn"].map(String::from).to_vec(),
            threads: 1,
            cores: 2,
        },
        auto: "a device".into(),
    }
}

fn feature(feature: &'static str, is_built: bool) -> BackEndFeature {
    BackEndFeature {
        feature,
        what: "some GPUs",
        is_built,
    }
}

#[test]
fn a_build_for_the_cpu_says_what_another_would_add() {
    let lines = in_words(&devices(vec![]), &[feature("cuda", false)]);
    assert_eq!(
        lines,
        [
            "cpu  CPU (AVX2 kernels, 2 threads)",
            "",
            "auto takes  a device",
            "the CPU     1 thread on 2 cores; --kernels avx2|scalar|burn",
            "this build  CPU",
            "",
            "Another build would add:",
            "  cuda    some GPUs",
            "          cargo build --release --features cuda",
        ]
    );
}

#[test]
fn a_build_with_everything_adds_nothing() {
    let lines = in_words(&devices(vec![]), &[feature("cuda", true)]);
    assert_eq!(lines.last().unwrap(), "this build  CPU, cuda");
}

#[test]
fn adapters_are_described_by_name_and_back_end() {
    let software = ListedDevice {
        is_software: true,
        ..adapter(2, Some("llvmpipe"))
    };
    let unusable = ListedDevice {
        is_usable: false,
        ..software.clone()
    };
    for (one, expected) in [
        (adapter(0, Some("Apple M3")), "Apple M3 (wgpu)"),
        (adapter(1, None), "does not answer (wgpu)"),
        (software, "llvmpipe (wgpu), emulated on the CPU"),
        (
            unusable,
            "llvmpipe (wgpu), emulated on the CPU, cannot be used",
        ),
    ] {
        assert_eq!(description(&one), expected);
    }
    let lines = in_words(&devices(vec![adapter(0, Some("Apple M3"))]), &[]);
    assert_eq!(lines[0], "cpu    CPU (AVX2 kernels, 2 threads)");
    assert_eq!(lines[1], "gpu:0  Apple M3 (wgpu)");
}
