use mixup_data::*;
use std::io::Write;
#[test]
fn dump() {
    let out = std::env::var("OUT").unwrap();
    let begin = std::time::Instant::now();
    let set = synthetic(1, 4000, 2000);
    println!("{:?}", begin.elapsed());
    for (name, s) in [("train", &set.train), ("test", &set.test)] {
        std::fs::File::create(format!("{out}/{name}.x"))
            .unwrap()
            .write_all(s.pixels())
            .unwrap();
        std::fs::File::create(format!("{out}/{name}.y"))
            .unwrap()
            .write_all(s.labels())
            .unwrap();
    }
    println!("{:?}", set.train.channel_statistics());
    let mk = |i: usize, j: usize, l: f64| {
        let (a, b) = (set.train.image(i), set.train.image(j));
        let mixed = a
            .iter()
            .zip(b)
            .map(|(x, y)| (l * f64::from(*x) + (1.0 - l) * f64::from(*y)).round() as u8)
            .collect();
        let n = |k: usize| set.classes[usize::from(set.train.labels()[k])].clone();
        let mut target = if n(i) == n(j) {
            vec![(n(i), 1.0)]
        } else {
            vec![(n(i), l), (n(j), 1.0 - l)]
        };
        target.sort_by(|a, b| b.1.total_cmp(&a.1));
        MixedPair {
            first: a.to_vec(),
            partner: b.to_vec(),
            mixed,
            lambda: l,
            target,
        }
    };
    let mut pairs = vec![
        mk(0, 11, 0.37),
        mk(9, 18, 0.5),
        mk(22, 33, 0.81),
        mk(24, 5, 0.64),
        mk(6, 16, 0.2),
        mk(7, 28, 0.03),
    ];
    pairs[3].target = vec![
        ("a rather long class name".into(), 0.64),
        ("automobile-like things".into(), 0.36),
    ];
    contact_sheet(&pairs).save("/tmp/syn/sheet.png").unwrap();
}

#[test]
fn fonts() {
    use embedded_graphics::{
        mono_font::{MonoTextStyle, iso_8859_7::*},
        pixelcolor::Rgb888,
        prelude::*,
        text::Text,
    };
    struct C(image::RgbImage);
    impl OriginDimensions for C {
        fn size(&self) -> Size {
            Size::new(self.0.width(), self.0.height())
        }
    }
    impl DrawTarget for C {
        type Color = Rgb888;
        type Error = core::convert::Infallible;
        fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
            &mut self,
            p: I,
        ) -> Result<(), Self::Error> {
            for Pixel(q, _) in p {
                self.0
                    .put_pixel(q.x as u32, q.y as u32, image::Rgb([30, 30, 40]));
            }
            Ok(())
        }
    }
    let mut c = C(image::RgbImage::from_pixel(460, 330, image::Rgb([255; 3])));
    for (i, f) in [
        &FONT_6X13,
        &FONT_6X13_BOLD,
        &FONT_7X13,
        &FONT_7X13_BOLD,
        &FONT_7X14,
        &FONT_7X14_BOLD,
        &FONT_8X13,
        &FONT_8X13_BOLD,
        &FONT_9X15,
        &FONT_9X15_BOLD,
        &FONT_9X18,
        &FONT_9X18_BOLD,
        &FONT_10X20,
    ]
    .iter()
    .enumerate()
    {
        Text::new(
            &format!("{i:2} \u{3bb} = 0.37  0.63 checkerboard image"),
            Point::new(8, 24 + 24 * i as i32),
            MonoTextStyle::new(f, Rgb888::BLACK),
        )
        .draw(&mut c)
        .unwrap();
    }
    c.0.save("/tmp/syn/fonts.png").unwrap();
}
