//! The macro that declares the settings, and one for the enums of words that some settings are.

/// Declares the settings of an experiment, each once: documentation, name, type, default, allowed values, and a hint in
/// English and French.
///
/// From the table in `settings.rs` it makes one struct per table of the TOML file, with its `Default`; the struct of the
/// whole file, which holds the settings above the first table and one field per table; and [`SETTINGS`](super::SETTINGS).
macro_rules! settings {
    (
        $(#[doc = $about:literal])+
        pub struct $Root:ident {
            $(
                $(#[doc = $doc:literal])+
                $name:ident: $type:ty = $default:expr;
                allowed: $allowed:expr;
                hint: $english:literal, $french:literal;
            )+
        }
        $(
            $(#[doc = $table_about:literal])+
            [$table:ident]
            pub struct $Table:ident {
                $(
                    $(#[doc = $table_doc:literal])+
                    $table_name:ident: $table_type:ty = $table_default:expr;
                    allowed: $table_allowed:expr;
                    hint: $table_english:literal, $table_french:literal;
                )+
            }
        )+
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $Root {
            $($(#[doc = $doc])+ pub $name: $type,)+
            $($(#[doc = $table_about])+ pub $table: $Table,)+
        }

        impl Default for $Root {
            fn default() -> Self {
                Self { $($name: $default,)+ $($table: $Table::default(),)+ }
            }
        }

        $(
            $(#[doc = $table_about])+
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            #[serde(default, deny_unknown_fields)]
            pub struct $Table {
                $($(#[doc = $table_doc])+ pub $table_name: $table_type,)+
            }

            impl Default for $Table {
                fn default() -> Self {
                    Self { $($table_name: $table_default,)+ }
                }
            }
        )+

        /// Every setting, in the order of the documentation.
        pub const SETTINGS: &[Setting] = &[
            $(Setting {
                path: stringify!($name),
                allowed: $allowed,
                hint: Hint { english: $english, french: $french },
            },)+
            $($(Setting {
                path: concat!(stringify!($table), ".", stringify!($table_name)),
                allowed: $table_allowed,
                hint: Hint { english: $table_english, french: $table_french },
            },)+)+
        ];

        /// The documentation of each setting. Beside [`SETTINGS`], and not in it, it is left out of programs that never ask
        /// for it, as the page is.
        const DOCUMENTATION: &[&str] = &[
            // A line of documentation begins with the space after its slashes.
            $(concat!($($doc),+).trim_ascii(),)+
            $($(concat!($($table_doc),+).trim_ascii(),)+)+
        ];

        impl Setting {
            /// Its documentation; empty for a setting that is not one of [`SETTINGS`].
            pub fn documentation(&self) -> &'static str {
                let place = SETTINGS.iter().position(|setting| setting.path == self.path);
                place.map_or("", |place| DOCUMENTATION[place])
            }
        }
    };
}

/// Declares an enum whose variants are words in a configuration: serde and `Display` write them so, and `WORDS` lists them.
macro_rules! words {
    ($(
        $(#[doc = $about:literal])+
        pub enum $Enum:ident { $($(#[doc = $doc:literal])+ $Variant:ident = $word:literal,)+ }
    )+) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $Enum {
            $($(#[doc = $doc])+ #[serde(rename = $word)] $Variant,)+
        }

        impl $Enum {
            /// The words for it in a configuration.
            #[doc(hidden)]
            pub const WORDS: &[&str] = &[$($word),+];

            /// The word for this variant.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Variant => $word,)+
                }
            }
        }

        impl fmt::Display for $Enum {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )+};
}

pub(super) use {settings, words};
