"""What Handeye brings along to practise on: a hotel's web site and a virtual Android phone, on loopback ports."""
