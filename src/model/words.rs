//! Enums whose variants have one published spelling each.

/// Declares such an enum with `ALL`, `as_str`, `Display` and a strict `FromStr`.
macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident, $noun:literal {
        $($(#[doc = $text:literal])+ $variant:ident = $word:literal,)+
    }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[doc = $text])+ $variant,)+
        }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The published spelling.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::model::Error::Word {
                        noun: $noun,
                        text: text.to_owned(),
                        expected: concat!($("`", $word, "` ",)+),
                    }),
                }
            }
        }
    };
}
