use super::*;

fn area(class: usize) -> usize {
    let shape = Shape::for_class(class, |low, high| (low + high) / 2.0);
    let coordinates = (-60..60).map(|step| step as f32 / 50.0 + 0.01);
    let points = coordinates
        .clone()
        .flat_map(|u| coordinates.clone().map(move |v| (u, v)));
    points.filter(|&(u, v)| shape.contains(u, v)).count()
}

#[test]
fn every_shape_covers_a_fair_part_of_its_square() {
    for (class, name) in CLASSES.iter().enumerate() {
        assert!(
            (2000..9000).contains(&area(class)),
            "{name}: {}",
            area(class)
        );
    }
}

#[test]
fn only_rows_and_columns_depend_on_direction() {
    let depends = |class: &usize| Shape::for_class(*class, |low, _| low).depends_on_direction();
    let names: Vec<_> = (0..10)
        .filter(depends)
        .map(|class| CLASSES[class])
        .collect();
    assert_eq!(names, ["rows", "columns"]);
}
