//! Places on the globe.

use keeper_sdk as pql;

const LETTERS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// The geohash of a place, of 1 to 12 letters.
#[pql::function(batch)]
fn geohash(
    latitude: f64,
    longitude: f64,
    #[default(9)] length: i64,
) -> Result<String, &'static str> {
    check(latitude, longitude)?;
    if !(1..=12).contains(&length) {
        return Err("length must be from 1 to 12");
    }
    let (mut south, mut north) = (-90.0, 90.0);
    let (mut west, mut east) = (-180.0, 180.0);
    let mut hash = String::with_capacity(12);
    let mut even = true;
    for _ in 0..length {
        let mut bits = 0;
        for _ in 0..5 {
            let upper = if even {
                halve(&mut west, &mut east, longitude)
            } else {
                halve(&mut south, &mut north, latitude)
            };
            bits = bits * 2 + usize::from(upper);
            even = !even;
        }
        hash.push(char::from(LETTERS.get(bits).copied().unwrap_or(b'0')));
    }
    Ok(hash)
}

fn halve(low: &mut f64, high: &mut f64, at: f64) -> bool {
    let middle = (*low + *high) / 2.0;
    let upper = at >= middle;
    *(if upper { low } else { high }) = middle;
    upper
}

fn check(latitude: f64, longitude: f64) -> Result<(), &'static str> {
    if !(-90.0..=90.0).contains(&latitude) {
        return Err("latitude must be from -90 to 90");
    }
    if !(-180.0..=180.0).contains(&longitude) {
        return Err("longitude must be from -180 to 180");
    }
    Ok(())
}

/// The shortest way between two places along the surface, in metres, on a sphere of the Earth's
/// mean radius.
#[pql::function(batch)]
fn great_circle(
    latitude_from: f64,
    longitude_from: f64,
    latitude_to: f64,
    longitude_to: f64,
) -> Result<f64, &'static str> {
    const MEAN_RADIUS_METRES: f64 = 6_371_008.8;
    check(latitude_from, longitude_from)?;
    check(latitude_to, longitude_to)?;
    let (from, to) = (latitude_from.to_radians(), latitude_to.to_radians());
    let across = ((to - from) / 2.0).sin();
    let along = ((longitude_to - longitude_from).to_radians() / 2.0).sin();
    let part = across * across + from.cos() * to.cos() * along * along;
    Ok(2.0 * MEAN_RADIUS_METRES * part.sqrt().min(1.0).asin())
}

pql::export!(geohash, great_circle);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes() {
        assert_eq!(
            geohash(57.64911, 10.40744, 11).as_deref(),
            Ok("u4pruydqqvj")
        );
        assert_eq!(geohash(-25.382708, -49.265506, 6).as_deref(), Ok("6gkzwg"));
        assert!(geohash(91.0, 0.0, 9).is_err());
        assert!(geohash(0.0, 0.0, 13).is_err());
    }

    #[test]
    fn known_distances() {
        let paris_london = great_circle(48.8566, 2.3522, 51.5074, -0.1278).unwrap_or_default();
        assert!((paris_london - 343_556.0).abs() < 500.0, "{paris_london}");
        let half = great_circle(0.0, 0.0, 0.0, 180.0).unwrap_or_default();
        assert!((half - 20_015_114.0).abs() < 10.0, "{half}");
        assert!(great_circle(0.0, f64::NAN, 0.0, 0.0).is_err());
    }
}
