#pragma once
// Keys and signatures over "message" that ssh-keygen and openssl made, in their own formats.

#include <string>

namespace tuf::vectors {

inline const std::string ssh_ed25519_public =
    "AAAAC3NzaC1lZDI1NTE5AAAAIHP3Ar79GaTTkxkBsWbdWZxigGaQZgKMm1NzU8rgBL/p";

inline const std::string ssh_p256_public =
    "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBENUlV9tmsmbdLrlWWK/hehvLnmqICw8lAhZqs"
    "Q4zfx/eBQxSegGhCZ8mGfDwaM8dFuEDSvVYJjXMc59HnSFkmk=";

inline const std::string ssh_p384_public =
    "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBLAulWaovPwsrUrYWdxQW2VRgQfW5ZELRKZiH2"
    "CWBr2/7UjVV77KkLveAiSCoadv7Nt3sg0CxMl58NdDS6rvjbYbn9M2time+LzL9oFRLj9ducrGdLYM6Gex6//nkv1l"
    "+g==";

inline const std::string ssh_rsa_public =
    "AAAAB3NzaC1yc2EAAAADAQABAAABgQDGj/oqASM2i88Hx8FjS64zYIJTh0nSFoGszgOdmP5jXBJzY/DaMQ9JmS52an"
    "lPEKZ1hyTevonG5xAl8quuBNbS7z/d5s8y7ssdj+p9zR59imTxAD2EJk6YZkyF7dOrz3UcvrlbR/Kf5DnhWJ7a3Ir7"
    "83IBvSdaXXHHG+6/LjfN4s0ujjKy4VN6VP6icsrUPLv1uAUfTLsgYsZFgjNqdv6Gn8NBrU/yItKEpgX7/wZmodjDj7"
    "7SvzJvmLEMbMGTzmUL+Bv/5dD/FoqM0ZOb2o9FNdKPVQJ/Bhru2HowWrN08wj95mWTi73o4Zmmduh9ijtkl+r393xi"
    "Vuywt6GwApPQZc45wUWoIQ40OCQQcBiAPNiN9WI0ZtNKWQeEUethMPhluTC4JwebTh11Rf852b+hmt3+yKJzx23TEd"
    "5yQ5O3LBPEFCxWbSysxHpJBcvcfx5/XhCBieLxWqb+wEdk6n4D5RKyIhOnqmwsUliyqT+OaFf0lAoC6gqYn1V0JQuW"
    "k/E=";

inline const std::string ssh_ed25519_fingerprint = "SHA256:5+qomFZclUOG9CvH0SfEavKdakP78/PUBxOEf9pX97E";

inline const std::string ssh_ed25519_file =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
    "QyNTUxOQAAACBz9wK+/Rmk05MZAbFm3VmcYoBmkGYCjJtTc1PK4AS/6QAAAIi/usb7v7rG\n"
    "+wAAAAtzc2gtZWQyNTUxOQAAACBz9wK+/Rmk05MZAbFm3VmcYoBmkGYCjJtTc1PK4AS/6Q\n"
    "AAAEDFVS8DRJs40Jbqhq1E0rdsj6RB3kFWCWV3mLc+epUcUXP3Ar79GaTTkxkBsWbdWZxi\n"
    "gGaQZgKMm1NzU8rgBL/pAAAABWFsaWNl\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

inline const std::string ssh_encrypted_file =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABCx5YfVyi\n"
    "7XXKYtlQes//i+AAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIMz9jGYOCTC6wxrk\n"
    "vE/mUcdSjTsfBlBm3BoWdTs7MSR0AAAAkLkPYCUccXdlR+Hrapka4xpMfXM/VxrKhguMOv\n"
    "kS/ZjTYB05LmxXkaW+ovZKcHgFU0iiSogo6ZvgrI4sPPPu1YNJPgMe1QW08a2u/3p566NE\n"
    "kkiqLVwu3EjGWhouC2dSSsFl9chg5MpCVatfJlJndCJyOnQ5D7zlPAK/bSTbMxkhWCqBMo\n"
    "qofOCa2W0V4RyeqQ==\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

inline const std::string ssh_p256_file =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS\n"
    "1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQRDVJVfbZrJm3S65Vliv4Xoby55qiAs\n"
    "PJQIWarEOM38f3gUMUnoBoQmfJhnw8GjPHRbhA0r1WCY1zHOfR50hZJpAAAAoD2SOBE9kj\n"
    "gRAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBENUlV9tmsmbdLrl\n"
    "WWK/hehvLnmqICw8lAhZqsQ4zfx/eBQxSegGhCZ8mGfDwaM8dFuEDSvVYJjXMc59HnSFkm\n"
    "kAAAAgSGD5ovPkfc7WU4pRgQ7fScinNOtTj6k1/IaL4K6vRs0AAAADYm9iAQIDBAU=\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

// ssh-keygen -Y sign -n git
inline const std::string ssh_ed25519_signature =
    "-----BEGIN SSH SIGNATURE-----\n"
    "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgc/cCvv0ZpNOTGQGxZt1ZnGKAZp\n"
    "BmAoybU3NTyuAEv+kAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5\n"
    "AAAAQARb2SVha11cGMCYzC/f2Y2MGDukLYpTgZS2TEomisHsyLYAXwYD8XytLiPT45cvVw\n"
    "i2uWZ0qOJ7IVtmsFBzkwE=\n"
    "-----END SSH SIGNATURE-----\n";

inline const std::string ssh_p256_signature =
    "-----BEGIN SSH SIGNATURE-----\n"
    "U1NIU0lHAAAAAQAAAGgAAAATZWNkc2Etc2hhMi1uaXN0cDI1NgAAAAhuaXN0cDI1NgAAAE\n"
    "EEQ1SVX22ayZt0uuVZYr+F6G8ueaogLDyUCFmqxDjN/H94FDFJ6AaEJnyYZ8PBozx0W4QN\n"
    "K9VgmNcxzn0edIWSaQAAAANnaXQAAAAAAAAABnNoYTUxMgAAAGQAAAATZWNkc2Etc2hhMi\n"
    "1uaXN0cDI1NgAAAEkAAAAgBWXrjP0YYe0by/E5NNWQU8gj4yRRF/ekklI7wfTqxWMAAAAh\n"
    "AMiIWm/l0Shkp9MFcrs6eqYdBjham525kJKfxq13g0hu\n"
    "-----END SSH SIGNATURE-----\n";

inline const std::string ssh_rsa_signature =
    "-----BEGIN SSH SIGNATURE-----\n"
    "U1NIU0lHAAAAAQAAAZcAAAAHc3NoLXJzYQAAAAMBAAEAAAGBAMaP+ioBIzaLzwfHwWNLrj\n"
    "NgglOHSdIWgazOA52Y/mNcEnNj8NoxD0mZLnZqeU8QpnWHJN6+icbnECXyq64E1tLvP93m\n"
    "zzLuyx2P6n3NHn2KZPEAPYQmTphmTIXt06vPdRy+uVtH8p/kOeFYntrcivvzcgG9J1pdcc\n"
    "cb7r8uN83izS6OMrLhU3pU/qJyytQ8u/W4BR9MuyBixkWCM2p2/oafw0GtT/Ii0oSmBfv/\n"
    "Bmah2MOPvtK/Mm+YsQxswZPOZQv4G//l0P8WiozRk5vaj0U10o9VAn8GGu7YejBas3TzCP\n"
    "3mZZOLvejhmaZ26H2KO2SX6vf3fGJW7LC3obACk9BlzjnBRaghDjQ4JBBwGIA82I31YjRm\n"
    "00pZB4RR62Ew+GW5MLgnB5tOHXVF/znZv6Ga3f7IonPHbdMR3nJDk7csE8QULFZtLKzEek\n"
    "kFy9x/Hn9eEIGJ4vFapv7AR2TqfgPlErIiE6eqbCxSWLKpP45oV/SUCgLqCpifVXQlC5aT\n"
    "8QAAAANnaXQAAAAAAAAABnNoYTUxMgAAAZQAAAAMcnNhLXNoYTItNTEyAAABgBVvVI6tvw\n"
    "N/+6wNS+jPx9YbpjSo26MNeL1xH92GlDMp4iZakivs8Ca/5iqPc/lXNb1/SKiEW7hJ9/16\n"
    "6Ewz5uy+nRevt3psJBwD9XVct3b1jMIxeK6uCIkQUMqY/RtibsqOzRExSTexteSwWqeyYd\n"
    "pYsdH+o8Y9UeZV5aa8eCOX3rm07Ogz4E8ZydlfkpVu++4Z8XkcBhgLLGMR/S1v8fOMk5qn\n"
    "01tqblCDNqKvlltsa5POl5/IC5ezd4uMIRfXXOqHR1GBqXQ6TW5Pv1qKVOI3VHDmExCk9C\n"
    "is48CXdKBReLmaDCMl7Bv3t3DzHNWNhMc0rdZY4vWooJOGDVAM6rYf3wqmMytIoxTNEjxo\n"
    "QZg/C/dv06YEcft+1cGiFWaS4wlrPiZ4u/IDO/nC1K+NFXvxU4t4Czjdnl7H0p8QIdHvPP\n"
    "AQPWCO3ZOs5VrCQmYjAuCBfoXkKHQNOThMYFAw4PI9Efc8jfXKBoTN7Ia1v7568Ehwfp8U\n"
    "QTzkrvCNf68uvw==\n"
    "-----END SSH SIGNATURE-----\n";

// -n file
inline const std::string ssh_ed25519_signature_for_files =
    "-----BEGIN SSH SIGNATURE-----\n"
    "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgc/cCvv0ZpNOTGQGxZt1ZnGKAZp\n"
    "BmAoybU3NTyuAEv+kAAAAEZmlsZQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQyNTUx\n"
    "OQAAAEBEWaqW9p1P7yy8L6+IMHNJkEQHk+FOM5HbHK5lChAcUA3usXLTsyQL0BIFnji7S9\n"
    "J4OtYyj48jvCKAvsbQsNkM\n"
    "-----END SSH SIGNATURE-----\n";

// openssl genpkey, and openssl pkey -pubout of it
inline const std::string pkcs8_ed25519 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIHr7f/9Ufryq56rQFGc4mAbSyp/s+cz9gGPwSdL/xwYP\n"
    "-----END PRIVATE KEY-----\n";

inline const std::string pkcs8_ed25519_public =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA97ZaGAOhYbH9CYXGRP7YbESGdfyCMyldbv8EPnOS070=\n"
    "-----END PUBLIC KEY-----\n";

inline const std::string pkcs8_p256 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7BWai0Hx5KsINke7\n"
    "9w1y+DKbX+BFNGHZfTlUOzV/wyyhRANCAASHBc9Uf3a92oIDKxWcdM/VXeRp947D\n"
    "Mp4m3wHJlFvCdI8vzvsXPU+pqdms4KPl4yY2sH0d2oBHGjWkAsZI7EEU\n"
    "-----END PRIVATE KEY-----\n";

inline const std::string pkcs8_p256_public =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhwXPVH92vdqCAysVnHTP1V3kafeO\n"
    "wzKeJt8ByZRbwnSPL877Fz1PqanZrOCj5eMmNrB9HdqARxo1pALGSOxBFA==\n"
    "-----END PUBLIC KEY-----\n";

inline const std::string pkcs8_p384 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCiwRC5jZiX9w0zrcdT\n"
    "uMaia8I2bSI/hSr2KgbfchR+3gtC+ykqR8ncE72eNHT2pT+hZANiAAQeKdphAgXV\n"
    "FugE1qdxBxhLDLb/gRGP87csCQ8cYUB5MsLfpV4Yk6QbrVkyWI7G/IjkQu61OYJz\n"
    "lp5FLvkU8J7E6pMGUC1TFmWLHGC/o7y3EyiHgNHo7D4QkLXwOWDoA/E=\n"
    "-----END PRIVATE KEY-----\n";

}  // namespace tuf::vectors
